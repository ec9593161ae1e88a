// Protocol enums and tokens in the user's words.
import { ExecutionStyle, OrderPurpose, OrderSide, Regime, SignalAction, TradingState, Trend } from "@/gen/tradingd/v1/common_pb";
import { AlertSeverity } from "@/gen/tradingd/v1/alerts_pb";
import { DecisionResult } from "@/gen/tradingd/v1/decisions_pb";
import { OrderStatus, OrderStepKind, OrderType } from "@/gen/tradingd/v1/orders_pb";
import { ProtectionPlace, StopKind } from "@/gen/tradingd/v1/positions_pb";
import { LimitEffect } from "@/gen/tradingd/v1/risk_pb";
import { MarketSource, TradingMode } from "@/gen/tradingd/v1/system_pb";
import { ExitReason } from "@/gen/tradingd/v1/trades_pb";
import { textOf } from "./i18n";

/** "insufficient_agreement" → "insufficient agreement", or its text when there is one. */
export function words(token: string): string {
  return textOf(`tokens:${token}`) ?? token.replaceAll("_", " ");
}

/** Every enum that is shown, by the name of its texts; a test asks for a text of each value. */
export const SHOWN_ENUMS: Record<string, Record<number, string | undefined>> = {
  trading_state: TradingState,
  trading_mode: TradingMode,
  market_source: MarketSource,
  order_side: OrderSide,
  order_purpose: OrderPurpose,
  order_type: OrderType,
  order_status: OrderStatus,
  regime: Regime,
  trend: Trend,
  signal_action: SignalAction,
  exit_reason: ExitReason,
  decision_result: DecisionResult,
  stop_kind: StopKind,
  protection_place: ProtectionPlace,
  limit_effect: LimitEffect,
  execution_style: ExecutionStyle,
  alert_severity: AlertSeverity,
  order_step: OrderStepKind,
};

/** The text of an enum's value; a number that this build does not know stays visible. */
function named(texts: string, value: number): string {
  const name = SHOWN_ENUMS[texts]?.[value];
  if (name === undefined) return `#${value}`;
  return name === "UNSPECIFIED" ? "–" : (textOf(`enums:${texts}.${name}`) ?? name);
}

export const labelOf = {
  tradingState: (value: TradingState) => named("trading_state", value),
  mode: (value: TradingMode) => named("trading_mode", value),
  source: (value: MarketSource) => named("market_source", value),
  side: (value: OrderSide) => named("order_side", value),
  purpose: (value: OrderPurpose) => named("order_purpose", value),
  orderType: (value: OrderType) => named("order_type", value),
  orderStatus: (value: OrderStatus) => named("order_status", value),
  regime: (value: Regime) => named("regime", value),
  trend: (value: Trend) => named("trend", value),
  action: (value: SignalAction) => named("signal_action", value),
  exitReason: (value: ExitReason) => named("exit_reason", value),
  result: (value: DecisionResult) => named("decision_result", value),
  /** What has set a stop; nothing for the one it began with. */
  stopKind: (value: StopKind) =>
    value === StopKind.UNSPECIFIED || value === StopKind.INITIAL ? "" : named("stop_kind", value),
  protection: (value: ProtectionPlace) => named("protection_place", value),
  limitEffect: (value: LimitEffect) => named("limit_effect", value),
  orderStep: (value: OrderStepKind) => named("order_step", value),
  executionStyle: (value: ExecutionStyle) => named("execution_style", value),
  alertSeverity: (value: AlertSeverity) => named("alert_severity", value),
};
