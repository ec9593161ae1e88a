import { Badge } from "@/components/badge";
import { Switch } from "@/components/switch";
import type { Strategy } from "@/gen/tradingd/v1/strategies_pb";
import { t } from "@/lib/i18n";
import { words } from "@/lib/labels";
import type { StrategySwitches } from "../api/use-strategy-switches";

interface StrategySwitchProps {
  strategy: Strategy;
  switches: StrategySwitches;
}

/** The switch for whoever may act, its state for everybody else. */
export function StrategySwitch({ strategy, switches }: StrategySwitchProps) {
  const { mayAct, pending, onSwitch } = switches;
  if (!mayAct) {
    return (
      <Badge tone={strategy.enabled ? "good" : "neutral"}>
        {strategy.enabled ? t("strategies:on") : t("strategies:off")}
      </Badge>
    );
  }
  return (
    <Switch
      label={t("strategies:switch", { name: words(strategy.name) })}
      on={strategy.enabled}
      busy={pending === strategy.name}
      onChange={(enabled) => onSwitch(strategy, enabled)}
    />
  );
}
