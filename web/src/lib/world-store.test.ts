import { QueryClient } from "@tanstack/react-query";
import { afterEach, describe, expect, it, vi } from "vitest";
import { queryKeys } from "./query-keys";
import type { World } from "./world";
import { worldStoreOf } from "./world-store";

const worldAt = (sequence: bigint) => ({ sequence }) as World;

afterEach(() => vi.useRealTimers());

describe("the watched world", () => {
  it("tells of each new world and of nothing else in the cache", () => {
    const client = new QueryClient();
    const store = worldStoreOf(client);
    const seen: (bigint | undefined)[] = [];
    store.subscribe(() => seen.push(store.get()?.sequence));
    client.setQueryData(["trades", "store-a"], []);
    client.setQueryData(queryKeys.world, worldAt(1n));
    client.setQueryData(queryKeys.world, worldAt(2n));
    client.clear();
    expect(seen).toEqual([1n, 2n, undefined]);
  });

  it("stays, although no query observes it", () => {
    vi.useFakeTimers();
    const client = new QueryClient();
    const store = worldStoreOf(client);
    client.setQueryData(queryKeys.world, worldAt(7n));
    vi.advanceTimersByTime(3_600_000);
    expect(client.getQueryData<World>(queryKeys.world)?.sequence).toBe(7n);
    expect(store.get()?.sequence).toBe(7n);
  });
});
