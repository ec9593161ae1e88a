import { Card } from "@/components/card";
import { type Column, DataTable } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { Skeleton } from "@/components/skeleton";
import { type Order, OrderStatus } from "@/gen/tradingd/v1/orders_pb";
import { formatMoney, formatPrice, formatQuantity } from "@/lib/decimal";
import { labelOf } from "@/lib/labels";
import { useWorld } from "@/lib/use-world";

function sizeOf(order: Order): string {
  if (order.quantity !== "") return formatQuantity(order.quantity);
  return `for ${formatMoney(order.quoteBudget)}`;
}

function filled(order: Order): string {
  const done = formatQuantity(order.filledQuantity || "0");
  if (order.missingQuantity === "") return done;
  return `${done} (${formatQuantity(order.missingQuantity)} missing)`;
}

/** What is in doubt stands out: nobody knows yet whether the venue has it. */
function OrderState({ order }: { order: Order }) {
  const doubt = order.status === OrderStatus.UNKNOWN || order.status === OrderStatus.NEVER_ARRIVED;
  const label = labelOf.orderStatus(order.status);
  return doubt ? <strong className="text-warn">{label}</strong> : label;
}

const COLUMNS: Column<Order>[] = [
  { header: "Symbol", cell: (row) => <strong>{row.symbol}</strong> },
  {
    header: "Order",
    cell: (row) => `${labelOf.side(row.side)} ${labelOf.orderType(row.type).toLowerCase()}`,
  },
  { header: "Why", cell: (row) => labelOf.purpose(row.purpose) },
  { header: "Size", align: "right", cell: sizeOf },
  { header: "Filled", align: "right", cell: filled },
  { header: "Price", align: "right", cell: (row) => formatPrice(row.triggerPrice || row.limitPrice) },
  { header: "State", cell: (row) => <OrderState order={row} /> },
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
