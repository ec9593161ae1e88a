// Fills, trades and the path of stop and targets since the first loaded candle.
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { MarketService } from "@/gen/tradingd/v1/market_pb";
import { useClient } from "@/lib/daemon";
import { useStoreId } from "@/lib/use-world";

const DAY_MS = 86_400_000;
const MOST = 5_000;

export function useMarks(symbol: string, first: number | undefined, wanted: boolean) {
  const client = useClient(MarketService);
  const storeId = useStoreId();
  // From a full day on, so that one more candle is not another question.
  const from = first === undefined ? undefined : Math.floor(first / DAY_MS) * DAY_MS;
  return useQuery({
    queryKey: ["orders", storeId, "marks", symbol, from],
    enabled: storeId !== "" && symbol !== "" && wanted && from !== undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      client.listMarks({ symbol, from: timestampFromMs(from ?? 0), limit: MOST }, { signal }),
  });
}
