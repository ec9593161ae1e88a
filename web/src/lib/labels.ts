// Protocol enums and tokens in words.
import { OrderPurpose, OrderSide, Regime, SignalAction, TradingState, Trend } from "@/gen/tradingd/v1/common_pb";
import { DecisionResult } from "@/gen/tradingd/v1/decisions_pb";
import { OrderStatus, OrderType } from "@/gen/tradingd/v1/orders_pb";
import { ProtectionPlace, StopKind } from "@/gen/tradingd/v1/positions_pb";
import { MarketSource, TradingMode } from "@/gen/tradingd/v1/system_pb";
import { ExitReason } from "@/gen/tradingd/v1/trades_pb";

/** "insufficient_agreement" → "insufficient agreement". */
export function words(token: string): string {
  return token.replaceAll("_", " ");
}

/** "POST_ONLY" → "Post only"; a number this build does not know stays visible. */
function named(names: Record<number, string | undefined>, value: number): string {
  const name = names[value];
  if (name === undefined) return `#${value}`;
  if (name === "UNSPECIFIED") return "–";
  const lower = words(name).toLowerCase();
  return lower.charAt(0).toUpperCase() + lower.slice(1);
}

export const labelOf = {
  tradingState: (value: TradingState) => named(TradingState, value),
  mode: (value: TradingMode) => (TradingMode[value] ?? "–").replace("UNSPECIFIED", "–"),
  source: (value: MarketSource) => named(MarketSource, value),
  side: (value: OrderSide) => named(OrderSide, value),
  purpose: (value: OrderPurpose) => named(OrderPurpose, value),
  orderType: (value: OrderType) => named(OrderType, value),
  orderStatus: (value: OrderStatus) => named(OrderStatus, value),
  regime: (value: Regime) => named(Regime, value),
  trend: (value: Trend) => named(Trend, value),
  action: (value: SignalAction) => named(SignalAction, value),
  exitReason: (value: ExitReason) => named(ExitReason, value),
  result: (value: DecisionResult) => named(DecisionResult, value),
  /** What has set a stop, for people who look at the stop itself. */
  stopKind: (value: StopKind) => {
    if (value === StopKind.TRAILING) return "trailing";
    if (value === StopKind.BREAK_EVEN) return "break even";
    return value === StopKind.OPERATOR ? "set by hand" : "";
  },
  protection: (value: ProtectionPlace) => {
    if (value === ProtectionPlace.VENUE) return "At the venue";
    if (value === ProtectionPlace.SYNTHETIC) return "Watched by the engine";
    return value === ProtectionPlace.NONE ? "None" : "–";
  },
};
