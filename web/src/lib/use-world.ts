// Reading the world: features take the part they show and render again only when it changes.
import { useDaemon } from "./daemon";
import { usePart } from "./store";
import type { World } from "./world";

/** `undefined` until the first snapshot. `select` must give parts of the world, not new objects. */
export function useWorld<T>(select: (world: World) => T): T | undefined {
  const { stream } = useDaemon();
  return usePart(stream.cache.world, (world) => (world === undefined ? undefined : select(world)));
}

export function useStoreId(): string {
  return useWorld((world) => world.storeId) ?? "";
}
