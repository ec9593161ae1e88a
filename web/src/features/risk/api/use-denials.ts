import { useQuery } from "@tanstack/react-query";
import { DecisionResult, DecisionService } from "@/gen/tradingd/v1/decisions_pb";
import { useClient } from "@/lib/daemon";
import { useStoreId } from "@/lib/use-world";

/** How often each check denied an entry, by symbol. */
export function useDenials() {
  const client = useClient(DecisionService);
  return useQuery({
    queryKey: ["decisions", useStoreId(), "denials"],
    queryFn: async ({ signal }) => {
      const { counts } = await client.countDecisions({}, { signal });
      return counts.filter(({ result }) => result === DecisionResult.DENIED);
    },
  });
}
