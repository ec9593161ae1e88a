// The decisions of one stretch of candles, of all symbols or of one: what the grid shows.
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { DecisionService } from "@/gen/tradingd/v1/decisions_pb";
import { useClient } from "@/lib/daemon";
import { useStoreId, useWorld } from "@/lib/use-world";

/** Records tell of entries and denials, not of candles on which nothing was done. */
const EVERY_MS = 5_000;
const MOST = 1_000;
/** Candles side by side. */
export const COLUMNS = 88;

export function useDecisionWindow(symbol: string, until: number | undefined) {
  const client = useClient(DecisionService);
  const storeId = useStoreId();
  const symbols = useWorld((world) => world.status?.symbols.length) ?? 1;
  const pageSize = Math.min(MOST, COLUMNS * (symbol === "" ? symbols : 1));
  return useQuery({
    queryKey: ["decisions", storeId, "window", symbol, until, pageSize],
    enabled: storeId !== "",
    placeholderData: keepPreviousData,
    refetchInterval: until === undefined ? EVERY_MS : false,
    queryFn: async ({ signal }) => {
      const before = until === undefined ? {} : { before: timestampFromMs(until) };
      const asked = { symbol, pageSize, summaryOnly: true, ...before };
      const answer = await client.listDecisions(asked, { signal });
      return { decisions: answer.decisions, older: answer.nextPageToken !== "" };
    },
  });
}
