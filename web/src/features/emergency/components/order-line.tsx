import type { Order } from "@/gen/tradingd/v1/orders_pb";
import { formatPrice, formatQuantity } from "@/lib/decimal";
import { labelOf } from "@/lib/labels";

export function OrderLine({ order }: { order: Order }) {
  const price = order.triggerPrice || order.limitPrice;
  const size = order.quantity === "" ? order.quoteBudget : order.quantity;
  return (
    <li className="text-muted">
      <span className="font-medium text-ink">
        {labelOf.side(order.side)} {formatQuantity(size)} {order.symbol}
      </span>{" "}
      {labelOf.orderType(order.type).toLowerCase()}
      {price !== "" && ` @ ${formatPrice(price)}`} · {order.clientOrderId}
    </li>
  );
}
