// A value that can be watched: the smallest thing React's useSyncExternalStore needs.
// It holds what is not server data (session, stream health, theme); server data live in the
// query cache.
import { useSyncExternalStore } from "react";

export interface Store<T> {
  get(): T;
  set(value: T): void;
  subscribe(listener: () => void): () => void;
}

export function createStore<T>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

type Watched<T> = Pick<Store<T>, "get" | "subscribe">;

export function useStore<T>(store: Watched<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}

/** A part of the value: draws again only when that changes. `select` must not make new objects. */
export function usePart<T, P>(store: Watched<T>, select: (value: T) => P): P {
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}
