import { Badge, type Tone } from "@/components/badge";
import { Card } from "@/components/card";
import { EmptyState } from "@/components/empty-state";
import { Loaded } from "@/components/loaded";
import { type ShortColumn, ShortTable } from "@/components/short-table";
import { Regime } from "@/gen/tradingd/v1/common_pb";
import type { SymbolRegime } from "@/gen/tradingd/v1/market_pb";
import { formatFigure, formatPrice } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { labelOf } from "@/lib/labels";
import { useRegimes } from "../api/use-regimes";

const TONE: Record<Regime, Tone> = {
  [Regime.UNSPECIFIED]: "neutral",
  [Regime.TRENDING_UP]: "good",
  [Regime.TRENDING_DOWN]: "bad",
  [Regime.RANGING]: "warn",
  [Regime.HIGH_VOLATILITY]: "info",
};

function columns(): ShortColumn<SymbolRegime>[] {
  return [
    { header: t("market:symbol"), cell: (row) => <strong>{row.symbol}</strong> },
    {
      header: t("market:price"),
      align: "right",
      cell: (row) => <span className="figure">{formatPrice(row.lastPrice)}</span>,
    },
    {
      header: t("market:is"),
      cell: (row) => (
        <Badge tone={TONE[row.regime] ?? "neutral"}>
          {row.regime === Regime.UNSPECIFIED ? t("market:unknown") : labelOf.regime(row.regime)}
        </Badge>
      ),
    },
    { header: t("market:trend"), wide: true, cell: (row) => labelOf.trend(row.trend) },
    { header: t("market:adx"), wide: true, align: "right", cell: (row) => formatFigure(row.adx, 1) },
    {
      header: t("market:atr_ratio"),
      wide: true,
      align: "right",
      cell: (row) => formatFigure(row.atrRatio),
    },
  ];
}

export function RegimesCard() {
  return (
    <Card title={t("market:regime")}>
      <Loaded query={useRegimes()} what={t("market:regimes")}>
        {(regimes) =>
          regimes.length === 0 ? (
            <EmptyState title={t("market:none")}>{t("market:none_hint")}</EmptyState>
          ) : (
            <ShortTable
              label={t("market:table")}
              columns={columns()}
              rows={regimes}
              rowKey={(row) => row.symbol}
            />
          )
        }
      </Loaded>
    </Card>
  );
}
