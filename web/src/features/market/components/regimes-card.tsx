import { Badge, type Tone } from "@/components/badge";
import { Card } from "@/components/card";
import { type Column, DataTable } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { ErrorNotice } from "@/components/error-notice";
import { Skeleton } from "@/components/skeleton";
import { Regime } from "@/gen/tradingd/v1/common_pb";
import type { SymbolRegime } from "@/gen/tradingd/v1/market_pb";
import { formatFigure, formatPrice } from "@/lib/decimal";
import { labelOf } from "@/lib/labels";
import { useRegimes } from "../api/use-regimes";

const TONE: Record<Regime, Tone> = {
  [Regime.UNSPECIFIED]: "neutral",
  [Regime.TRENDING_UP]: "good",
  [Regime.TRENDING_DOWN]: "bad",
  [Regime.RANGING]: "warn",
  [Regime.HIGH_VOLATILITY]: "info",
};

const COLUMNS: Column<SymbolRegime>[] = [
  { header: "Symbol", cell: (row) => <strong>{row.symbol}</strong> },
  {
    header: "Price",
    align: "right",
    cell: (row) => <span className="figure">{formatPrice(row.lastPrice)}</span>,
  },
  {
    header: "Regime",
    cell: (row) => (
      <Badge tone={TONE[row.regime] ?? "neutral"}>
        {row.regime === Regime.UNSPECIFIED ? "Not known yet" : labelOf.regime(row.regime)}
      </Badge>
    ),
  },
  { header: "Trend", cell: (row) => labelOf.trend(row.trend) },
  { header: "ADX", align: "right", cell: (row) => formatFigure(row.adx, 1) },
  {
    header: "ATR / usual",
    align: "right",
    cell: (row) => formatFigure(row.atrRatio),
  },
];

export function RegimesCard() {
  const regimes = useRegimes();
  return (
    <Card title="Market regime">
      {regimes.isPending && <Skeleton />}
      {regimes.isError && <ErrorNotice title={regimes.data ? "Not renewed" : "No regimes"} error={regimes.error} />}
      {regimes.data?.length === 0 && (
        <EmptyState title="No symbol is traded">Name symbols in the settings.</EmptyState>
      )}
      {regimes.data && regimes.data.length > 0 && (
        <DataTable
          label="Regime of each symbol"
          columns={COLUMNS}
          rows={regimes.data}
          rowKey={(row) => row.symbol}
        />
      )}
    </Card>
  );
}
