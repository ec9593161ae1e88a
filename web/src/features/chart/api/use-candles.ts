// The candles of the chart: one growing list in the query cache. A question asks only for what is
// newer than the list; scrolling left puts older pages before it.
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { MarketService } from "@/gen/tradingd/v1/market_pb";
import { useClient } from "@/lib/daemon";
import { intervalMs } from "@/lib/moments";
import { useStoreId } from "@/lib/use-world";
import { type CandleList, barOf, withNewer, withOlder } from "../candle-list";

/** The stream carries no candles. */
const EVERY_MS = 2_000;
const FIRST_PAGE = 500;
const LARGEST_PAGE = 5_000;
const LARGEST_STEP = 40_000;
/** Asked for beyond the last one: what may have closed since. */
const NEWER_PAGE = 120;

/** `reach` is a moment that must be among the first candles: the one that a link names. */
export function useCandles(symbol: string, interval: string, reach: number | undefined) {
  const client = useClient(MarketService);
  const queryClient = useQueryClient();
  const storeId = useStoreId();
  const queryKey = ["candles", storeId, symbol, interval];
  const lengthMs = intervalMs(interval) ?? 60_000;
  const load = async (limit: number, signal?: AbortSignal): Promise<CandleList> => {
    const answer = await client.listCandles({ symbol, interval, limit }, signal ? { signal } : {});
    return { bars: answer.candles.map(barOf), hasEarlier: answer.hasEarlier };
  };
  const reached = async (list: CandleList): Promise<CandleList> => {
    const first = list.bars[0];
    if (reach === undefined || !first || first.at <= reach || !list.hasEarlier) return list;
    const before = timestampFromMs(first.at);
    const answer = await client.listCandles({ symbol, interval, before, limit: LARGEST_PAGE });
    return reached(withOlder(list, answer.candles.map(barOf), answer.hasEarlier));
  };
  const query = useQuery({
    queryKey,
    enabled: storeId !== "" && symbol !== "" && interval !== "",
    refetchInterval: EVERY_MS,
    staleTime: EVERY_MS,
    gcTime: 60_000,
    queryFn: async ({ signal }) => {
      const known = queryClient.getQueryData<CandleList>(queryKey);
      if (!known || known.bars.length === 0) return reached(await load(FIRST_PAGE, signal));
      for (const limit of [NEWER_PAGE, LARGEST_PAGE]) {
        const { bars } = await load(limit, signal);
        // Older pages may have come meanwhile.
        const now = queryClient.getQueryData<CandleList>(queryKey) ?? known;
        const next = withNewer(now, bars, lengthMs);
        if (next) return next;
      }
      return load(FIRST_PAGE, signal);
    },
  });
  const olderPages = useMutation({
    mutationFn: async () => {
      const known = queryClient.getQueryData<CandleList>(queryKey);
      const first = known?.bars[0];
      if (!known || !first || !known.hasEarlier) return;
      // Larger steps the further one goes: a long way is few questions, and is drawn few times.
      let wanted = Math.min(LARGEST_STEP, Math.max(FIRST_PAGE, known.bars.length));
      let older: CandleList = { bars: [], hasEarlier: true };
      while (wanted > 0 && older.hasEarlier) {
        const before = timestampFromMs(older.bars[0]?.at ?? first.at);
        const limit = Math.min(LARGEST_PAGE, wanted);
        const answer = await client.listCandles({ symbol, interval, before, limit });
        if (answer.candles.length === 0) older.hasEarlier = false;
        else older = withOlder(older, answer.candles.map(barOf), answer.hasEarlier);
        wanted -= limit;
      }
      queryClient.setQueryData<CandleList>(queryKey, (now) =>
        now && now.bars[0]?.at === first.at ? withOlder(now, older.bars, older.hasEarlier) : now,
      );
    },
  });
  return { query, loadOlder: () => !olderPages.isPending && olderPages.mutate(), loadingOlder: olderPages.isPending };
}
