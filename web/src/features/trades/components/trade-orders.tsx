import { type Column, DataTable } from "@/components/data-table";
import { Loaded } from "@/components/loaded";
import { PageLink } from "@/components/page-link";
import type { Order } from "@/gen/tradingd/v1/orders_pb";
import type { Trade } from "@/gen/tradingd/v1/trades_pb";
import { formatPrice, formatQuantity } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { labelOf } from "@/lib/labels";
import { useTradeOrders } from "../api/use-trade-orders";

function columns(): Column<Order>[] {
  return [
    {
      header: t("trades:orders.order"),
      cell: ({ clientOrderId }) => (
        <PageLink to="/orders" search={{ tab: "all", order: clientOrderId }}>
          {clientOrderId}
        </PageLink>
      ),
    },
    {
      header: t("trades:orders.why"),
      cell: (row) => `${labelOf.side(row.side)}, ${labelOf.purpose(row.purpose)}`,
    },
    {
      header: t("trades:column.quantity"),
      align: "right",
      cell: (row) => formatQuantity(row.filledQuantity),
    },
    {
      header: t("trades:orders.price"),
      align: "right",
      cell: (row) => formatPrice(row.averagePrice),
    },
  ];
}

/** Entry and exit, with links to what became of each. */
export function TradeOrders({ trade }: { trade: Trade }) {
  return (
    <section aria-label={t("trades:orders.title")}>
      <h3 className="mb-1 font-semibold">{t("trades:orders.title")}</h3>
      <Loaded query={useTradeOrders(trade)} what={t("trades:orders.title")}>
        {(orders) => (
          <DataTable
            label={t("trades:orders.title")}
            columns={columns()}
            rows={orders}
            rowKey={(row) => row.clientOrderId}
          />
        )}
      </Loaded>
    </section>
  );
}
