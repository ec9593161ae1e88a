// What the short table of strategies shows; the switch only for whoever may act.
import { Badge } from "@/components/badge";
import type { Column } from "@/components/data-table";
import { SignedText } from "@/components/signed-text";
import type { Strategy } from "@/gen/tradingd/v1/strategies_pb";
import { NO_VALUE, formatDecimal, formatMoney } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { words } from "@/lib/labels";
import type { StrategySwitches } from "./api/use-strategy-switches";
import { StrategySwitch } from "./components/strategy-switch";
import { lastSignalOf, wonOf } from "./strategy-figures";

function lastSignals(row: Strategy): string {
  const spoken = row.statistics.filter((each) => each.lastReason !== "");
  return spoken.map((each) => `${each.symbol} ${lastSignalOf(each)}`).join(" · ");
}

export function strategyColumns(switches: StrategySwitches): Column<Strategy>[] {
  return [
    {
      header: t("strategies:column.strategy"),
      cell: (row) => (
        <span className="inline-flex flex-wrap items-center gap-2">
          <strong>{words(row.name)}</strong>
          {row.statistics
            .filter((each) => each.autoDisabled)
            .map((each) => (
              <Badge key={each.symbol} tone="warn">
                {t("strategies:off_in", { symbol: each.symbol, reason: words(each.autoDisabledReason) })}
              </Badge>
            ))}
        </span>
      ),
    },
    {
      header: t("strategies:column.on"),
      cell: (row) => <StrategySwitch strategy={row} switches={switches} />,
    },
    {
      header: t("strategies:weight"),
      align: "right",
      cell: (row) => formatDecimal(row.weight, { minPlaces: 2 }),
    },
    {
      header: t("strategies:column.profit"),
      align: "right",
      cell: (row) => (
        <SignedText value={row.totalProfit}>{formatMoney(row.totalProfit, true)}</SignedText>
      ),
    },
    { header: t("strategies:column.won"), align: "right", cell: wonOf },
    { header: t("strategies:column.holds"), cell: (row) => row.openSymbols.join(", ") || NO_VALUE },
    {
      header: t("strategies:column.last_signal"),
      spread: true,
      cell: (row) => <span className="text-muted">{lastSignals(row)}</span>,
    },
  ];
}
