import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { AlertService, AlertState } from "@/gen/tradingd/v1/alerts_pb";
import { useClient } from "@/lib/daemon";
import { newRequestId } from "@/lib/request-id";
import { useStoreId } from "@/lib/use-world";

const MOST_PRESENT = 200;
const PAGE = 50;

/** What is not over: open or acknowledged. */
export function usePresentAlerts() {
  const client = useClient(AlertService);
  const storeId = useStoreId();
  return useQuery({
    queryKey: ["alerts", storeId, "present"],
    enabled: storeId !== "",
    queryFn: async ({ signal }) => {
      const states = [AlertState.OPEN, AlertState.ACKNOWLEDGED];
      return (await client.listAlerts({ states, pageSize: MOST_PRESENT }, { signal })).alerts;
    },
  });
}

/** What is over, newest first. */
export function useAlertHistory() {
  const client = useClient(AlertService);
  const storeId = useStoreId();
  return useInfiniteQuery({
    queryKey: ["alerts", storeId, "history"],
    enabled: storeId !== "",
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) => {
      const states = [AlertState.RESOLVED];
      return client.listAlerts({ states, pageSize: PAGE, pageToken: pageParam }, { signal });
    },
    getNextPageParam: (last) => last.nextPageToken || undefined,
  });
}

export function useAckAlert(id: bigint) {
  const client = useClient(AlertService);
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (note: string) => client.ackAlert({ id, note, requestId: newRequestId() }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["alerts"] }),
  });
}
