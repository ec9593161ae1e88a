// Whether tables are tables: below this width each row is a block of lines (styles.css).
import { useSyncExternalStore } from "react";

const QUERY = "(width >= 48rem)";

function subscribe(changed: () => void): () => void {
  const query = window.matchMedia(QUERY);
  query.addEventListener("change", changed);
  return () => query.removeEventListener("change", changed);
}

export function useWide(): boolean {
  return useSyncExternalStore(subscribe, () => window.matchMedia(QUERY).matches);
}
