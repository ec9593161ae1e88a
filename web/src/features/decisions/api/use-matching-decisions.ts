// All decisions that match the filters, newest first, page by page.
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { useInfiniteQuery } from "@tanstack/react-query";
import { DecisionService } from "@/gen/tradingd/v1/decisions_pb";
import { useClient } from "@/lib/daemon";
import { useStoreId } from "@/lib/use-world";
import type { DecisionFilters } from "../filters";

const PAGE = 100;

export function useMatchingDecisions(filters: DecisionFilters, until: number | undefined) {
  const client = useClient(DecisionService);
  const storeId = useStoreId();
  const { symbol, result, reason, strategy } = filters;
  return useInfiniteQuery({
    queryKey: ["decisions", storeId, "matching", symbol, result, reason, strategy, until],
    enabled: storeId !== "",
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      client.listDecisions(
        {
          symbol,
          result,
          strategy,
          reasons: reason === "" ? [] : [reason],
          ...(until === undefined ? {} : { before: timestampFromMs(until) }),
          pageSize: PAGE,
          pageToken: pageParam,
          summaryOnly: true,
        },
        { signal },
      ),
    getNextPageParam: (last) => (last.nextPageToken === "" ? undefined : last.nextPageToken),
  });
}
