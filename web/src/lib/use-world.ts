// Reading the world: features take the part they show and render again only when it changes.
import { skipToken, useQuery } from "@tanstack/react-query";
import { queryKeys } from "./query-keys";
import type { World } from "./world";

/** `undefined` until the first snapshot. `select` must give parts of the world, not new objects. */
export function useWorld<T>(select: (world: World) => T): T | undefined {
  const { data } = useQuery<World, Error, T>({
    queryKey: queryKeys.world,
    queryFn: skipToken,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    select,
  });
  return data;
}

export function useStoreId(): string {
  return useWorld((world) => world.storeId) ?? "";
}
