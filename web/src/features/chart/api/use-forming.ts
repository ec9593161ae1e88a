// The candle that is still open, from the closed ones of the base interval.
import { useQuery } from "@tanstack/react-query";
import { MarketService } from "@/gen/tradingd/v1/market_pb";
import { useClient } from "@/lib/daemon";
import { intervalMs } from "@/lib/moments";
import { useStoreId } from "@/lib/use-world";
import { type Bar, barOf, formingFrom } from "../candle-list";

const EVERY_MS = 2_000;
const MOST = 1_500;

export function useForming(symbol: string, interval: string, base: string, lastClosed: number | undefined) {
  const client = useClient(MarketService);
  const storeId = useStoreId();
  const lengthMs = intervalMs(interval) ?? 0;
  const limit = Math.ceil(lengthMs / (intervalMs(base) ?? lengthMs));
  const { data } = useQuery({
    queryKey: ["forming", storeId, symbol, interval, base],
    enabled: storeId !== "" && base !== "" && base !== interval && limit <= MOST && lastClosed !== undefined,
    refetchInterval: EVERY_MS,
    queryFn: async ({ signal }): Promise<Bar[]> => {
      const answer = await client.listCandles({ symbol, interval: base, limit }, { signal });
      return answer.candles.map(barOf);
    },
  });
  return lastClosed === undefined || !data ? undefined : formingFrom(data, lastClosed + lengthMs);
}
