import { Card } from "@/components/card";
import { type Column, DataTable } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { Skeleton } from "@/components/skeleton";
import type { Order } from "@/gen/tradingd/v1/orders_pb";
import { formatMoney, formatPrice, formatQuantity } from "@/lib/decimal";
import { labelOf } from "@/lib/labels";
import { useWorld } from "@/lib/use-world";

function sizeOf(order: Order): string {
  if (order.quantity !== "") return formatQuantity(order.quantity);
  return `for ${formatMoney(order.quoteBudget)}`;
}

const COLUMNS: Column<Order>[] = [
  { header: "Symbol", cell: (row) => <strong>{row.symbol}</strong> },
  {
    header: "Order",
    cell: (row) => `${labelOf.side(row.side)} ${labelOf.orderType(row.type).toLowerCase()}`,
  },
  { header: "Why", cell: (row) => labelOf.purpose(row.purpose) },
  { header: "Size", align: "right", cell: sizeOf },
  { header: "Filled", align: "right", cell: (row) => formatQuantity(row.filledQuantity || "0") },
  { header: "Price", align: "right", cell: (row) => formatPrice(row.triggerPrice || row.limitPrice) },
  { header: "State", cell: (row) => labelOf.orderStatus(row.status) },
];

export function OpenOrdersCard() {
  const orders = useWorld((world) => world.openOrders);
  return (
    <Card title="Open orders" aside={orders && String(orders.length)}>
      {orders === undefined && <Skeleton />}
      {orders?.length === 0 && (
        <EmptyState title="No order is working">
          Stops and targets rest here while a position is open.
        </EmptyState>
      )}
      {orders && orders.length > 0 && (
        <DataTable
          label="Open orders"
          columns={COLUMNS}
          rows={orders}
          rowKey={(row) => row.clientOrderId}
        />
      )}
    </Card>
  );
}
