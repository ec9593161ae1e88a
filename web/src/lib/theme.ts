// Dark or light: the system's wish until the user says otherwise; the choice stays on this
// browser. Nothing secret is stored.
import { createStore } from "./store";

export type Theme = "dark" | "light";

const KEY = "tradingd-theme";
const SYSTEM_DARK = "(prefers-color-scheme: dark)";

function stored(): Theme | undefined {
  const value = localStorage.getItem(KEY);
  return value === "dark" || value === "light" ? value : undefined;
}

function system(): Theme {
  return window.matchMedia(SYSTEM_DARK).matches ? "dark" : "light";
}

export const theme = createStore<Theme>("dark");

function show(next: Theme): void {
  document.documentElement.dataset["theme"] = next;
  theme.set(next);
}

/** Before the first paint; follows the system while no choice was made. */
export function startTheme(): void {
  show(stored() ?? system());
  window.matchMedia(SYSTEM_DARK).addEventListener("change", () => show(stored() ?? system()));
}

export function toggleTheme(): void {
  const next = theme.get() === "dark" ? "light" : "dark";
  localStorage.setItem(KEY, next);
  show(next);
}
