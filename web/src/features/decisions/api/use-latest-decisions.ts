import { useQuery } from "@tanstack/react-query";
import { type Decision, DecisionService } from "@/gen/tradingd/v1/decisions_pb";
import { useClient } from "@/lib/daemon";
import { queryKeys } from "@/lib/query-keys";
import { useStoreId, useWorld } from "@/lib/use-world";

const EVERY_MS = 5_000;
const LEAST_ASKED = 50;
const MOST_ASKED = 500;

/** The newest of each symbol, in the order of the symbols. The list comes newest first. */
export function latestBySymbol(decisions: Decision[]): Decision[] {
  const newest = new Map<string, Decision>();
  for (const each of decisions) if (!newest.has(each.symbol)) newest.set(each.symbol, each);
  return [...newest.values()].toSorted((a, b) => a.symbol.localeCompare(b.symbol));
}

export function useLatestDecisions() {
  const client = useClient(DecisionService);
  const storeId = useStoreId();
  const symbols = useWorld((world) => world.status?.symbols.length) ?? 0;
  const pageSize = Math.min(MOST_ASKED, Math.max(LEAST_ASKED, symbols * 3));
  return useQuery({
    queryKey: queryKeys.decisions(storeId),
    enabled: storeId !== "",
    refetchInterval: EVERY_MS,
    queryFn: async ({ signal }) => {
      const answer = await client.listDecisions({ pageSize }, { signal });
      return latestBySymbol(answer.decisions);
    },
  });
}
