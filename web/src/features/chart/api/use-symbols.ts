import { useQuery } from "@tanstack/react-query";
import { MarketService } from "@/gen/tradingd/v1/market_pb";
import { useClient } from "@/lib/daemon";
import { useStoreId } from "@/lib/use-world";

/** What is traded and which candles are kept of it. */
export function useSymbols() {
  const client = useClient(MarketService);
  const storeId = useStoreId();
  return useQuery({
    queryKey: ["symbols", storeId],
    enabled: storeId !== "",
    staleTime: 60_000,
    queryFn: async ({ signal }) => (await client.listSymbols({}, { signal })).symbols,
  });
}

/** The engine's indicators with their parameters; they are part of the build. */
export function useIndicatorCatalogue() {
  const client = useClient(MarketService);
  const storeId = useStoreId();
  return useQuery({
    queryKey: ["indicator-catalogue", storeId],
    enabled: storeId !== "",
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => (await client.listIndicators({}, { signal })).indicators,
  });
}
