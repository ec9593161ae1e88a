// The answer to a stop or resume says what holds now; the page shows it without waiting for the
// stream, and older marks can't undo it.
import type { QueryClient } from "@tanstack/react-query";
import type { Effect } from "@/gen/tradingd/v1/common_pb";
import type { TradingStateInfo } from "@/gen/tradingd/v1/system_pb";
import { queryKeys } from "./query-keys";
import type { World } from "./world";

export function putTradingState(
  queryClient: QueryClient,
  tradingState: TradingStateInfo | undefined,
  effect: Effect | undefined,
): void {
  if (!tradingState) return;
  queryClient.setQueryData<World>(queryKeys.world, (world) => {
    if (!world?.status || (effect?.sequence ?? 0n) < world.stateSequence) return world;
    const stateSequence = effect?.sequence ?? world.stateSequence;
    return { ...world, status: { ...world.status, tradingState }, stateSequence };
  });
}
