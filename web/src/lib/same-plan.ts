// Whether two plans would do the same. Expected prices and costs move with the market; the daemon
// itself refuses when they have moved too far.
import type { Plan } from "@/gen/tradingd/v1/plans_pb";

function shape({ orders, cancelledOrderIds, changes }: Plan): string {
  return JSON.stringify([
    orders.map((each) => [each.symbol, each.side, each.purpose, each.quantity, each.resting]),
    cancelledOrderIds.toSorted(),
    changes.map((each) => [each.what, each.before, each.after]),
  ]);
}

export function samePlan(one: Plan, other: Plan): boolean {
  return shape(one) === shape(other);
}
