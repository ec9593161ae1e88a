import { type Order, OrderStatus } from "@/gen/tradingd/v1/orders_pb";
import { labelOf, words } from "@/lib/labels";

/** What is in doubt stands out: nobody knows yet whether the venue has it. */
export function OrderState({ order: { status, reason } }: { order: Order }) {
  const doubt = status === OrderStatus.UNKNOWN || status === OrderStatus.NEVER_ARRIVED;
  const refused = status === OrderStatus.REJECTED;
  const label = labelOf.orderStatus(status);
  return (
    <>
      {doubt ? (
        <strong className="text-warn">{label}</strong>
      ) : (
        <span className={refused ? "text-down" : ""}>{label}</span>
      )}
      {reason !== "" && <span className="text-muted"> {words(reason)}</span>}
    </>
  );
}
