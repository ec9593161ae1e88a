import { OrderPurpose } from "@/gen/tradingd/v1/common_pb";
import { type Order, OrderStatus } from "@/gen/tradingd/v1/orders_pb";

const LIVE = new Set([
  OrderStatus.INTENT,
  OrderStatus.ATTEMPTED,
  OrderStatus.WORKING,
  OrderStatus.PARTIALLY_FILLED,
  OrderStatus.UNKNOWN,
]);

/** Protection is moved on the positions page instead; the daemon refuses to take it back alone. */
export function canCancel({ status, purpose }: Order): boolean {
  return LIVE.has(status) && purpose !== OrderPurpose.PROTECTION;
}
