import { useQuery } from "@tanstack/react-query";
import { PortfolioService } from "@/gen/tradingd/v1/portfolio_pb";
import { useClient } from "@/lib/daemon";
import { POINTS_ASKED, curveFrom } from "@/lib/equity-points";
import { queryKeys } from "@/lib/query-keys";
import { useStoreId } from "@/lib/use-world";

/** Asked for once; the stream appends each mark. */
export function useEquityCurve() {
  const client = useClient(PortfolioService);
  const storeId = useStoreId();
  return useQuery({
    queryKey: queryKeys.equity(storeId),
    enabled: storeId !== "",
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      const answer = await client.listEquityPoints({ maxPoints: POINTS_ASKED }, { signal });
      return curveFrom(answer.points);
    },
  });
}
