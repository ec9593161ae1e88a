// The page on which something can be done about an alert, by its stable code.
type Name = "strategies" | "positions" | "orders" | "decisions" | "risk" | "safety";

const PAGE_OF: Record<string, Name> = {
  strategy_disabled: "strategies",
  position_unprotected: "positions",
  position_reduced: "positions",
  close_all_remainder: "positions",
  order_outcome_unknown: "orders",
  order_rejected: "orders",
  order_unknown: "orders",
  order_never_arrived: "orders",
  late_order: "orders",
  repeated_rejections: "orders",
  entries_denied: "decisions",
  daily_loss_limit: "risk",
  drawdown_limit: "risk",
  trading_stopped: "safety",
  protection_suspended: "safety",
  halted_at_start: "safety",
};

export interface Where {
  path: string;
  /** As in the texts of the navigation. */
  name: Name;
}

export function whereToAct(code: string): Where | undefined {
  const name = PAGE_OF[code];
  return name && { path: `/${name}`, name };
}
