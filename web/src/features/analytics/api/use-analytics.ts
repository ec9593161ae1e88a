// Everything about a stretch of time, worked out by the daemon; asked for again some seconds after a
// trade was closed.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { AnalyticsService } from "@/gen/tradingd/v1/analytics_pb";
import { useClient } from "@/lib/daemon";
import { useStoreId } from "@/lib/use-world";
import { rangeRequest, useAnalyticsAddress } from "../address";

const POINTS = 1_500;
const MARKED = 250;

export function useAnalytics() {
  const client = useClient(AnalyticsService);
  const storeId = useStoreId();
  const { range, from, to } = useAnalyticsAddress();
  return useQuery({
    queryKey: ["analytics", storeId, "figures", range, from, to],
    enabled: storeId !== "",
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => {
      const asked = { ...rangeRequest(range, from, to), maxPoints: POINTS, maxMarkedTrades: MARKED };
      return client.getAnalytics(asked, { signal });
    },
  });
}

export function useCosts() {
  const client = useClient(AnalyticsService);
  const storeId = useStoreId();
  const { range, from, to } = useAnalyticsAddress();
  return useQuery({
    queryKey: ["analytics", storeId, "costs", range, from, to],
    enabled: storeId !== "",
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => client.getCosts(rangeRequest(range, from, to), { signal }),
  });
}
