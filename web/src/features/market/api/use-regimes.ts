import { useQuery } from "@tanstack/react-query";
import { MarketService } from "@/gen/tradingd/v1/market_pb";
import { useClient } from "@/lib/daemon";
import { queryKeys } from "@/lib/query-keys";
import { useStoreId } from "@/lib/use-world";

const EVERY_MS = 5_000;

export function useRegimes() {
  const client = useClient(MarketService);
  const storeId = useStoreId();
  return useQuery({
    queryKey: queryKeys.regimes(storeId),
    enabled: storeId !== "",
    refetchInterval: EVERY_MS,
    queryFn: async ({ signal }) => (await client.listRegimes({}, { signal })).regimes,
  });
}
