// The orders that a plan would cancel: what each is, as long as it is among the open ones, and its number.
import type { Order } from "@/gen/tradingd/v1/orders_pb";
import { formatPrice, formatQuantity } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { labelOf } from "@/lib/labels";
import { useWorld } from "@/lib/use-world";

function orderText(order: Order): string {
  const price = order.triggerPrice || order.limitPrice;
  const what = [
    labelOf.side(order.side),
    formatQuantity(order.quantity === "" ? order.quoteBudget : order.quantity),
    order.symbol,
    labelOf.orderType(order.type).toLowerCase(),
  ].join(" ");
  return price === "" ? what : `${what} @ ${formatPrice(price)}`;
}

export function CancelledOrders({ ids }: { ids: string[] }) {
  const open = useWorld((world) => world.openOrders) ?? [];
  if (ids.length === 0) return null;
  return (
    <section aria-label={t("plan.cancelled")}>
      <h3 className="font-semibold">{t("plan.cancelled")}</h3>
      <ul className="mt-1 grid gap-1">
        {ids.map((id) => {
          const order = open.find((each) => each.clientOrderId === id);
          return (
            <li key={id}>
              {order && `${orderText(order)} `}
              <span className="text-xs text-muted">{id}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
