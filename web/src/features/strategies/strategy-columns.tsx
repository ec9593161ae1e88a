// What the table of strategies shows; the switch only for whoever may act.
import { Badge } from "@/components/badge";
import type { Column } from "@/components/data-table";
import { SignedText } from "@/components/signed-text";
import { Switch } from "@/components/switch";
import type { Strategy } from "@/gen/tradingd/v1/strategies_pb";
import { formatDecimal, formatMoney } from "@/lib/decimal";
import { labelOf, words } from "@/lib/labels";

interface Wiring {
  mayAct: boolean;
  /** Name of the strategy that is being switched. */
  pending: string | undefined;
  onSwitch(strategy: Strategy, enabled: boolean): void;
}

function winRate(row: Strategy): string {
  const wins = row.statistics.reduce((sum, each) => sum + each.wins, 0n);
  return row.trades === 0n ? "–" : `${String(wins)} of ${String(row.trades)}`;
}

function lastSignal(row: Strategy): string {
  const spoken = row.statistics.filter((each) => each.lastReason !== "");
  return spoken
    .map((each) => `${each.symbol} ${labelOf.action(each.lastAction)}: ${words(each.lastReason)}`)
    .join(" · ");
}

export function strategyColumns({ mayAct, pending, onSwitch }: Wiring): Column<Strategy>[] {
  return [
    {
      header: "Strategy",
      cell: (row) => (
        <span className="inline-flex flex-wrap items-center gap-2">
          <strong>{words(row.name)}</strong>
          {row.statistics
            .filter((each) => each.autoDisabled)
            .map((each) => (
              <Badge key={each.symbol} tone="warn">
                off in {each.symbol}: {words(each.autoDisabledReason)}
              </Badge>
            ))}
        </span>
      ),
    },
    {
      header: "On",
      cell: (row) =>
        mayAct ? (
          <Switch
            label={`Strategy ${words(row.name)}`}
            on={row.enabled}
            busy={pending === row.name}
            onChange={(enabled) => onSwitch(row, enabled)}
          />
        ) : (
          <Badge tone={row.enabled ? "good" : "neutral"}>{row.enabled ? "on" : "off"}</Badge>
        ),
    },
    { header: "Weight", align: "right", cell: (row) => formatDecimal(row.weight, { minPlaces: 2 }) },
    {
      header: "Profit",
      align: "right",
      cell: (row) => (
        <SignedText value={row.totalProfit}>{formatMoney(row.totalProfit, true)}</SignedText>
      ),
    },
    { header: "Won", align: "right", cell: winRate },
    { header: "Holds", cell: (row) => row.openSymbols.join(", ") || "–" },
    {
      header: "Last signal",
      spread: true,
      cell: (row) => <span className="text-muted">{lastSignal(row)}</span>,
    },
  ];
}
