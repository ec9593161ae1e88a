import { type Column, DataTable } from "@/components/data-table";
import type { Fill } from "@/gen/tradingd/v1/orders_pb";
import { formatPrice, formatQuantity } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { formatDateTime, timestampMs } from "@/lib/time";
import { feeText } from "../order-columns";

function columns(): Column<Fill>[] {
  return [
    { header: t("orders:fill.at"), cell: (row) => formatDateTime(timestampMs(row.at)).slice(5) },
    {
      header: t("orders:column.size"),
      align: "right",
      cell: (row) => formatQuantity(row.quantity),
    },
    { header: t("orders:column.price"), align: "right", cell: (row) => formatPrice(row.price) },
    {
      header: t("orders:column.fee"),
      align: "right",
      cell: (row) => (
        <span>
          {feeText(row)}
          <span className="block text-xs text-muted">
            {row.maker ? t("orders:fill.maker") : t("orders:fill.taker")}
          </span>
        </span>
      ),
    },
  ];
}

export function OrderFills({ fills }: { fills: Fill[] }) {
  if (fills.length === 0) return null;
  return (
    <section aria-label={t("orders:fill.title")}>
      <h3 className="mb-1 font-semibold">{t("orders:fill.title")}</h3>
      <DataTable
        label={t("orders:fill.title")}
        columns={columns()}
        rows={fills}
        rowKey={(row) => String(row.tradeId)}
      />
    </section>
  );
}
