// One ticking second for the whole page, so that ages and clocks move together. The timer runs
// only while somebody watches.
import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let now = Date.now();

export function watchNow(listener: () => void): () => void {
  listeners.add(listener);
  now = Date.now();
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** Wall-clock milliseconds at the last tick, for who watches. */
export const lastTick = () => now;

/** Wall-clock milliseconds, renewed every second. */
export function useNow(): number {
  return useSyncExternalStore(watchNow, lastTick);
}
