import { useQuery } from "@tanstack/react-query";
import { EmergencyService } from "@/gen/tradingd/v1/emergency_pb";
import { useClient } from "@/lib/daemon";
import { queryKeys } from "@/lib/query-keys";
import { useStoreId } from "@/lib/use-world";

/** Who has made the trading state what it is; nothing while that is asked, or for the engine. */
export function useStateAuthor(epoch: bigint | undefined): string {
  const client = useClient(EmergencyService);
  const storeId = useStoreId();
  const newest = useQuery({
    queryKey: [...queryKeys.emergency, storeId, "newest", String(epoch)],
    enabled: storeId !== "" && epoch !== undefined && epoch > 0n,
    queryFn: async ({ signal }) =>
      (await client.listStateChanges({ pageSize: 1 }, { signal })).changes[0] ?? null,
  });
  return newest.data?.principal ?? "";
}
