import { Badge } from "@/components/badge";
import { type Column, DataTable } from "@/components/data-table";
import { SignedText } from "@/components/signed-text";
import type { Strategy, StrategyStatistics } from "@/gen/tradingd/v1/strategies_pb";
import { NO_VALUE, formatDecimal, formatFigure, formatMoney, formatPercent } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { words } from "@/lib/labels";
import { MANY_LOSSES, lastSignalOf } from "../strategy-figures";

const ratio = (value: string | undefined) => formatDecimal(value, { minPlaces: 2, maxPlaces: 2 });

function columns(held: string[]): Column<StrategyStatistics>[] {
  return [
    {
      header: t("strategies:column.symbol"),
      cell: (row) => (
        <span className="inline-flex items-center gap-2">
          <strong>{row.symbol}</strong>
          {held.includes(row.symbol) && <Badge tone="info">{t("strategies:holds")}</Badge>}
        </span>
      ),
    },
    { header: t("strategies:trades"), align: "right", cell: (row) => String(row.trades) },
    { header: t("strategies:win_rate"), align: "right", cell: (row) => formatPercent(row.winRatePct) },
    {
      header: t("strategies:column.profit"),
      align: "right",
      cell: (row) => <SignedText value={row.totalProfit}>{formatMoney(row.totalProfit, true)}</SignedText>,
    },
    {
      header: t("strategies:column.average"),
      align: "right",
      cell: (row) => (
        <SignedText value={row.averageProfit}>{formatMoney(row.averageProfit, true)}</SignedText>
      ),
    },
    { header: t("strategies:profit_factor"), align: "right", cell: (row) => ratio(row.profitFactor) },
    {
      header: t("strategies:sharpe"),
      align: "right",
      cell: (row) => (row.sharpeRatio === undefined ? NO_VALUE : formatFigure(row.sharpeRatio)),
    },
    {
      header: t("strategies:losses_in_row"),
      align: "right",
      cell: (row) => (
        <span className={row.consecutiveLosses >= MANY_LOSSES ? "font-semibold text-warn" : ""}>
          {row.consecutiveLosses >= MANY_LOSSES && <span aria-hidden="true">▲ </span>}
          {row.consecutiveLosses}
        </span>
      ),
    },
    {
      header: t("strategies:column.last_signal"),
      spread: true,
      cell: (row) => <span className="text-muted">{lastSignalOf(row)}</span>,
    },
  ];
}

export function SymbolTable({ strategy }: { strategy: Strategy }) {
  return (
    <DataTable
      label={t("strategies:by_symbol", { name: words(strategy.name) })}
      columns={columns(strategy.openSymbols)}
      rows={strategy.statistics}
      rowKey={(row) => row.symbol}
    />
  );
}
