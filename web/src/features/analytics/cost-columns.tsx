import type { Column } from "@/components/data-table";
import type { DailyCosts, ExecutionCosts } from "@/gen/tradingd/v1/analytics_pb";
import { ExecutionStyle } from "@/gen/tradingd/v1/common_pb";
import { NO_VALUE, formatDecimal, formatFigure, formatMoney } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { labelOf } from "@/lib/labels";

const bps = (value: number | undefined) => (value === undefined ? NO_VALUE : `${formatFigure(value)} bps`);

function styleOf(style: ExecutionStyle): string {
  const name = ExecutionStyle[style] as keyof typeof ExecutionStyle | undefined;
  return name === undefined || name === "UNSPECIFIED" ? NO_VALUE : t(`analytics:style.${name}`);
}

export function executionColumns(): Column<ExecutionCosts>[] {
  return [
    { header: t("analytics:by.symbol"), cell: (row) => <strong>{row.symbol}</strong> },
    { header: t("analytics:costs.purpose"), cell: (row) => labelOf.purpose(row.purpose) },
    { header: t("analytics:costs.style"), cell: (row) => styleOf(row.style) },
    { header: t("analytics:costs.count"), align: "right", cell: (row) => `${row.done} / ${row.executions}` },
    { header: t("analytics:costs.slippage"), align: "right", cell: (row) => formatMoney(row.slippage) },
    { header: t("analytics:costs.slippage_bps"), align: "right", cell: (row) => bps(row.slippageBps) },
    { header: t("analytics:costs.shortfall"), align: "right", cell: (row) => formatMoney(row.shortfall) },
    { header: t("analytics:column.fees"), align: "right", cell: (row) => formatMoney(row.fees) },
  ];
}

export function dayColumns(): Column<DailyCosts>[] {
  return [
    { header: t("analytics:costs.day"), cell: (row) => row.day },
    {
      header: t("analytics:column.fees"),
      align: "right",
      cell: (row) =>
        row.fees.map(({ asset, amount }) => `${formatDecimal(amount, { minPlaces: 2, maxPlaces: 4 })} ${asset}`).join(" · ") ||
        NO_VALUE,
    },
    { header: t("analytics:figure.turnover"), align: "right", cell: (row) => formatMoney(row.turnover) },
    { header: t("analytics:costs.slippage"), align: "right", cell: (row) => formatMoney(row.slippage) },
    { header: t("analytics:costs.slippage_bps"), align: "right", cell: (row) => bps(row.slippageBps) },
    { header: t("analytics:costs.shortfall"), align: "right", cell: (row) => formatMoney(row.shortfall) },
    { header: t("analytics:costs.fills"), align: "right", cell: (row) => String(row.fills) },
  ];
}
