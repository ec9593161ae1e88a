import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { PortfolioService } from "@/gen/tradingd/v1/portfolio_pb";
import { useClient } from "@/lib/daemon";
import { POINTS_ASKED, curveFrom } from "@/lib/equity-points";
import { queryKeys } from "@/lib/query-keys";
import { timestampMs } from "@/lib/time";
import { useStoreId } from "@/lib/use-world";
import type { World } from "@/lib/world";
import { type Range, beginOf } from "../range";

/** Asked for once a range; the stream appends each mark. */
export function useEquityCurve(range: Range) {
  const client = useClient(PortfolioService);
  const queryClient = useQueryClient();
  const storeId = useStoreId();
  return useQuery({
    queryKey: queryKeys.equity(storeId, range),
    enabled: storeId !== "",
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      const world = queryClient.getQueryData<World>(queryKeys.world);
      const begin = beginOf(range, timestampMs(world?.portfolio?.asOf));
      const from = begin === undefined ? {} : { from: timestampFromMs(begin) };
      const answer = await client.listEquityPoints({ maxPoints: POINTS_ASKED, ...from }, { signal });
      return curveFrom(answer.points);
    },
  });
}
