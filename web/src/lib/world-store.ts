// The world of the query cache as something to watch: one watcher of the cache for the whole page,
// so that a component that reads a part of it costs a comparison and no query of its own.
import type { QueryClient } from "@tanstack/react-query";
import { queryKeys } from "./query-keys";
import { type Store, createStore } from "./store";
import type { World } from "./world";

export type WorldStore = Pick<Store<World | undefined>, "get" | "subscribe">;

export function worldStoreOf(queryClient: QueryClient): WorldStore {
  // Nothing holds on to this query, and yet it must stay.
  queryClient.setQueryDefaults(queryKeys.world, { gcTime: Infinity, staleTime: Infinity });
  const store = createStore(queryClient.getQueryData<World>(queryKeys.world));
  queryClient.getQueryCache().subscribe(({ query, type }) => {
    if (query.queryKey[0] !== queryKeys.world[0]) return;
    store.set(type === "removed" ? undefined : queryClient.getQueryData<World>(queryKeys.world));
  });
  return store;
}
