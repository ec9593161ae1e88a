import { Badge } from "@/components/badge";
import type { Strategy } from "@/gen/tradingd/v1/strategies_pb";
import { t } from "@/lib/i18n";

export function StrategyState({ strategy }: { strategy: Strategy }) {
  return (
    <Badge tone={strategy.enabled ? "good" : "warn"}>
      {strategy.enabled ? t("strategies:on") : t("strategies:off")}
    </Badge>
  );
}
