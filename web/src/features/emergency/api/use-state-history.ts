import { useInfiniteQuery } from "@tanstack/react-query";
import { EmergencyService } from "@/gen/tradingd/v1/emergency_pb";
import { useClient } from "@/lib/daemon";
import { queryKeys } from "@/lib/query-keys";
import { useStoreId } from "@/lib/use-world";

const PAGE = 20;

/** Every change of the trading state, newest first. */
export function useStateHistory() {
  const client = useClient(EmergencyService);
  const storeId = useStoreId();
  return useInfiniteQuery({
    queryKey: [...queryKeys.emergency, storeId, "history"],
    enabled: storeId !== "",
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      client.listStateChanges({ pageSize: PAGE, pageToken: pageParam }, { signal }),
    getNextPageParam: (last) => last.nextPageToken || undefined,
  });
}
