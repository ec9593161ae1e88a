import { Card } from "@/components/card";
import type { Strategy, StrategyProfits } from "@/gen/tradingd/v1/strategies_pb";
import { formatDecimal } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { words } from "@/lib/labels";
import type { StrategySwitches } from "../api/use-strategy-switches";
import { AutoDisabled } from "./auto-disabled";
import { ParametersDetails } from "./parameters-details";
import { ProfitSparkline } from "./profit-sparkline";
import { StrategyKeyFigures } from "./strategy-key-figures";
import { StrategySwitch } from "./strategy-switch";
import { SymbolTable } from "./symbol-table";

interface StrategyCardProps {
  strategy: Strategy;
  profits: StrategyProfits | undefined;
  switches: StrategySwitches;
}

export function StrategyCard({ strategy, profits, switches }: StrategyCardProps) {
  return (
    <Card
      title={words(strategy.name)}
      aside={
        <span className="flex items-center gap-3">
          <span>
            {t("strategies:weight")} {formatDecimal(strategy.weight, { minPlaces: 2 })}
          </span>
          <StrategySwitch strategy={strategy} switches={switches} />
        </span>
      }
    >
      <div className="grid gap-4">
        <AutoDisabled strategy={strategy} />
        <div className="grid gap-4 md:grid-cols-[3fr_2fr] md:items-center">
          <StrategyKeyFigures strategy={strategy} />
          <ProfitSparkline profits={profits} />
        </div>
        <SymbolTable strategy={strategy} />
        <ParametersDetails strategy={strategy} />
      </div>
    </Card>
  );
}
