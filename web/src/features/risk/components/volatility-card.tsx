import { Card } from "@/components/card";
import { type Column, DataTable } from "@/components/data-table";
import type { SymbolRisk } from "@/gen/tradingd/v1/risk_pb";
import { NO_VALUE, formatFigure, formatMoney } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { words } from "@/lib/labels";

/** A statistic in percent; small ones keep the places in which they differ. */
const percent = (value: number | undefined) =>
  value === undefined ? NO_VALUE : `${formatFigure(value, Math.abs(value) < 1 ? 3 : 1)} %`;

function Garch({ row: { garch, garchFailure } }: { row: SymbolRisk }) {
  if (!garch) {
    return (
      <span className="text-muted">
        {t("risk:volatility.no_model", { reason: words(garchFailure) })}
      </span>
    );
  }
  return (
    <span className="figure">
      {percent(garch.forecastPct)}
      <span className="block text-xs text-muted">
        α {formatFigure(garch.alpha)} · β {formatFigure(garch.beta)}
      </span>
    </span>
  );
}

function columns(withSectors: boolean): Column<SymbolRisk>[] {
  const sector: Column<SymbolRisk> = {
    header: t("risk:volatility.sector"),
    cell: (row) => row.sector || NO_VALUE,
  };
  return [
    { header: t("risk:volatility.symbol"), cell: (row) => <strong>{row.symbol}</strong> },
    ...(withSectors ? [sector] : []),
    {
      header: t("risk:volatility.value"),
      align: "right",
      cell: (row) => <span className="figure">{formatMoney(row.value)}</span>,
    },
    {
      header: t("risk:volatility.realised"),
      align: "right",
      cell: (row) => <span className="figure">{percent(row.volatilityPct)}</span>,
    },
    {
      header: t("risk:volatility.annual"),
      align: "right",
      cell: (row) => <span className="figure">{percent(row.annualVolatilityPct)}</span>,
    },
    {
      header: t("risk:volatility.forecast"),
      align: "right",
      cell: (row) => <Garch row={row} />,
    },
    {
      header: t("risk:volatility.long_run"),
      align: "right",
      cell: (row) => <span className="figure">{percent(row.garch?.longRunPct)}</span>,
    },
    {
      header: t("risk:volatility.measured"),
      align: "right",
      cell: (row) => t("risk:volatility.returns", { count: row.returns, interval: row.interval }),
    },
  ];
}

export function VolatilityCard({ symbols }: { symbols: SymbolRisk[] }) {
  return (
    <Card title={t("risk:volatility.title")} aside={t("risk:volatility.about")}>
      <DataTable
        label={t("risk:volatility.title")}
        columns={columns(symbols.some((each) => each.sector !== ""))}
        rows={symbols}
        rowKey={(row) => row.symbol}
      />
    </Card>
  );
}
