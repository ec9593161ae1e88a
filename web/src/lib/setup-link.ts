// The one-time secret of the first run comes in the fragment of a printed link. It leaves the
// address bar (and the history entry) before anything else happens, and is kept in memory only.
import { createStore } from "./store";

export const setupSecret = createStore<string>("");

export function takeSetupSecret(): void {
  const found = /^#setup=(.+)$/.exec(window.location.hash)?.[1];
  if (found === undefined) return;
  window.history.replaceState(null, "", window.location.pathname + window.location.search);
  try {
    setupSecret.set(decodeURIComponent(found));
  } catch {
    setupSecret.set(found);
  }
}

/** Also when the link is opened in a tab that already shows the page. */
export function watchSetupLink(): void {
  takeSetupSecret();
  window.addEventListener("hashchange", takeSetupSecret);
}
