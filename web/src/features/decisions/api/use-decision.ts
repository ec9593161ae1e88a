// One decision in full. A moment that is no candle's open time means the candle that had closed
// last by then: "why not at 14:05" has an answer at every moment.
import { Code } from "@connectrpc/connect";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { DecisionService } from "@/gen/tradingd/v1/decisions_pb";
import { useClient } from "@/lib/daemon";
import { hasCode } from "@/lib/errors";
import { timestampMs } from "@/lib/time";
import { useStoreId } from "@/lib/use-world";

export function useDecision(symbol: string, at: number | undefined) {
  const client = useClient(DecisionService);
  const storeId = useStoreId();
  return useQuery({
    queryKey: ["decisions", storeId, "one", symbol, at],
    enabled: storeId !== "" && symbol !== "" && at !== undefined,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const moment = timestampFromMs(at ?? 0);
      const exact = async (openTime: typeof moment) => {
        const answer = await client.getDecision({ symbol, openTime }, { signal });
        return answer.decision ? { decision: answer.decision, orders: answer.clientOrderIds } : null;
      };
      try {
        return await exact(moment);
      } catch (error) {
        if (!hasCode(error, Code.NotFound)) throw error;
        const { decisions } = await client.listDecisions({ symbol, before: moment, pageSize: 1 }, { signal });
        const openTime = decisions[0]?.openTime;
        return openTime === undefined || timestampMs(openTime) === at ? null : exact(openTime);
      }
    },
  });
}
