// How often each outcome and reason came up, in the daemon's own time.
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { useQuery } from "@tanstack/react-query";
import { DecisionService } from "@/gen/tradingd/v1/decisions_pb";
import { useClient } from "@/lib/daemon";
import { timestampMs } from "@/lib/time";
import { useStoreId, useWorld } from "@/lib/use-world";

const HOUR_MS = 3_600_000;
const EVERY_MS = 10_000;
export const COUNTED = { day: 24, week: 168, all: 0 } as const;
export type Counted = keyof typeof COUNTED;

/** From a full hour on, so that the question stays the same while the data's clock runs. */
function useFrom(counted: Counted): number | undefined {
  const hour = useWorld((world) => Math.floor((timestampMs(world.status?.dataTime) ?? 0) / HOUR_MS));
  if (counted === "all" || hour === undefined || hour === 0) return undefined;
  return Math.max(0, hour - COUNTED[counted]) * HOUR_MS;
}

export function countedOf(text: string): Counted {
  return text === "week" || text === "all" ? text : "day";
}

export function useDecisionCounts(symbol: string, strategy: string, counted: Counted) {
  const client = useClient(DecisionService);
  const storeId = useStoreId();
  const from = useFrom(counted);
  return useQuery({
    // Not under the topic: each record would have everything counted again.
    queryKey: ["decision-counts", storeId, symbol, strategy, from],
    refetchInterval: EVERY_MS,
    enabled: storeId !== "",
    queryFn: ({ signal }) =>
      client.countDecisions(
        { symbol, strategy, ...(from === undefined ? {} : { from: timestampFromMs(from) }) },
        { signal },
      ),
  });
}
