// Limits and the figures behind them. Both move with every price, which no record tells, so they
// are asked for again while somebody looks; the figures cost the daemon more than the limits.
import { useQuery } from "@tanstack/react-query";
import { RiskService } from "@/gen/tradingd/v1/risk_pb";
import { useClient } from "@/lib/daemon";
import { useStoreId } from "@/lib/use-world";

const LIMITS_EVERY_MS = 3_000;
const FIGURES_EVERY_MS = 10_000;

export function useLimits() {
  const client = useClient(RiskService);
  return useQuery({
    queryKey: ["risk", useStoreId(), "limits"],
    queryFn: ({ signal }) => client.listLimits({}, { signal }),
    refetchInterval: LIMITS_EVERY_MS,
  });
}

export function useRiskFigures() {
  const client = useClient(RiskService);
  return useQuery({
    queryKey: ["risk", useStoreId(), "figures"],
    queryFn: ({ signal }) => client.getRiskFigures({}, { signal }),
    refetchInterval: FIGURES_EVERY_MS,
  });
}
