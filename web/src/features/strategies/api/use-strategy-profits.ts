import { useQuery } from "@tanstack/react-query";
import { StrategyService } from "@/gen/tradingd/v1/strategies_pb";
import { useClient } from "@/lib/daemon";
import { useStoreId } from "@/lib/use-world";

const TRADES = 50;

/** What the last trades of each strategy brought; asked for again when a trade is closed. */
export function useStrategyProfits() {
  const client = useClient(StrategyService);
  const storeId = useStoreId();
  return useQuery({
    queryKey: ["trades", storeId, "strategy-profits"],
    enabled: storeId !== "",
    queryFn: async ({ signal }) => {
      const answer = await client.listStrategyProfits({ limit: TRADES }, { signal });
      return answer.strategies;
    },
  });
}
