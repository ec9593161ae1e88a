// Values of the chosen indicators on the loaded candles, computed by the engine. What is known is
// kept; each question asks for what the candles have gained at either end.
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { MarketService } from "@/gen/tradingd/v1/market_pb";
import { useClient } from "@/lib/daemon";
import { intervalMs } from "@/lib/moments";
import { useStoreId } from "@/lib/use-world";
import { readIndicators } from "../address";
import { type Bar, indexAt } from "../candle-list";
import { type IndicatorLines, linesOf, merged } from "../indicator-lines";

const LARGEST = 5_000;

export function useIndicators(symbol: string, interval: string, chosen: string, bars: Bar[]) {
  const client = useClient(MarketService);
  const queryClient = useQueryClient();
  const storeId = useStoreId();
  const first = bars[0]?.at;
  const last = bars.at(-1)?.at;
  const kept = ["indicators-kept", storeId, symbol, interval, chosen];
  return useQuery({
    queryKey: ["indicators", storeId, symbol, interval, chosen, first, last],
    enabled: storeId !== "" && chosen !== "" && first !== undefined,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 5_000,
    queryFn: async ({ signal }) => {
      let known = queryClient.getQueryData<IndicatorLines>(kept);
      const indicators = readIndicators(chosen);
      const lengthMs = intervalMs(interval) ?? 60_000;
      const ask = async (before: number, limit: number) => {
        const asked = { symbol, interval, before: timestampFromMs(before), limit, indicators };
        known = merged(known, linesOf(await client.getIndicators(asked, { signal })));
      };
      if (first === undefined || last === undefined) return known;
      const missing = known ? bars.length - 1 - indexAt(bars, known.last) : 0;
      if (missing > LARGEST) known = undefined;
      else if (missing > 0) await ask(last + lengthMs, missing);
      // From the newest that is missing to the oldest.
      for (;;) {
        const edge: number = known ? indexAt(bars, known.first) : bars.length;
        if (edge <= 0) break;
        await ask(known?.first ?? last + lengthMs, Math.min(LARGEST, edge));
        if (known && indexAt(bars, known.first) >= edge) break;
      }
      queryClient.setQueryData(kept, known);
      return known;
    },
  });
}
