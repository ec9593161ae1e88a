// What intents came to: asked for, done, and what the doing cost.
import type { Column } from "@/components/data-table";
import type { Execution } from "@/gen/tradingd/v1/orders_pb";
import { formatMoney, formatPrice, formatQuantity } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { labelOf, words } from "@/lib/labels";
import { formatShort, timestampMs } from "@/lib/time";
import { slippageText } from "./order-columns";

function done({ filled, wanted }: Execution): string {
  const all = formatQuantity(wanted);
  return filled === wanted ? all : t("orders:execution.part", { filled: formatQuantity(filled), all });
}

export function executionColumns(): Column<Execution>[] {
  return [
    { header: t("orders:execution.at"), cell: (row) => formatShort(timestampMs(row.at)) },
    { header: t("orders:column.symbol"), cell: (row) => <strong>{row.symbol}</strong> },
    { header: t("orders:column.side"), cell: (row) => labelOf.side(row.side) },
    { header: t("orders:column.why"), cell: (row) => labelOf.purpose(row.purpose) },
    {
      header: t("orders:execution.style"),
      cell: (row) => (
        <span>
          {labelOf.executionStyle(row.style)}
          {row.note !== "" && <span className="block text-xs text-muted">{words(row.note)}</span>}
        </span>
      ),
    },
    { header: t("orders:column.filled"), align: "right", cell: done },
    {
      header: t("orders:execution.reference"),
      align: "right",
      cell: (row) => formatPrice(row.referencePrice),
    },
    {
      header: t("orders:column.average"),
      align: "right",
      cell: (row) => formatPrice(row.averagePrice),
    },
    {
      header: t("orders:column.slippage"),
      align: "right",
      cell: (row) => slippageText(row.slippageBps),
    },
    { header: t("orders:execution.fees"), align: "right", cell: (row) => formatMoney(row.fees) },
    {
      header: t("orders:execution.shortfall"),
      align: "right",
      cell: (row) => formatMoney(row.shortfall),
    },
    { header: t("orders:execution.orders"), align: "right", cell: (row) => String(row.orders) },
  ];
}
