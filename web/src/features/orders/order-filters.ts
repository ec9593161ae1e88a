// What the orders page keeps in its address.
import { type Order, OrderStatus } from "@/gen/tradingd/v1/orders_pb";
import { OrderPurpose, OrderSide } from "@/gen/tradingd/v1/common_pb";
import { useAddress } from "@/lib/search";

export const NO_FILTER = { symbol: "", status: "", side: "", purpose: "", from: "", to: "" };
export type OrderFilters = typeof NO_FILTER;

const FALLBACK = { ...NO_FILTER, tab: "live", style: "", order: "" };
export type OrdersAddress = typeof FALLBACK;

export function useOrdersAddress() {
  return useAddress(FALLBACK);
}

export const SIDES = ["BUY", "SELL"] as const;
export const PURPOSES = [
  "ENTRY",
  "STRATEGY_EXIT",
  "PROTECTION",
  "CLOSE_ALL",
  "OPERATOR_EXIT",
] as const;

export const STATUSES = [
  "INTENT",
  "ATTEMPTED",
  "WORKING",
  "PARTIALLY_FILLED",
  "FILLED",
  "CANCELLED",
  "EXPIRED",
  "REJECTED",
  "UNKNOWN",
  "NEVER_ARRIVED",
] as const;

export function statusesOf(value: string): OrderStatus[] {
  const known = STATUSES.find((each) => each === value);
  return known ? [OrderStatus[known]] : [];
}

/** A mistyped value filters nothing. */
export function sideOf(value: string): OrderSide {
  const known = SIDES.find((each) => each === value);
  return known ? OrderSide[known] : OrderSide.UNSPECIFIED;
}

export function purposeOf(value: string): OrderPurpose {
  const known = PURPOSES.find((each) => each === value);
  return known ? OrderPurpose[known] : OrderPurpose.UNSPECIFIED;
}

/** For lists that are here as a whole. */
export function passes(order: Order, { symbol, status, side, purpose }: OrderFilters): boolean {
  const [onlySide, onlyPurpose] = [sideOf(side), purposeOf(purpose)];
  const [onlyStatus] = statusesOf(status);
  return (
    (onlyStatus === undefined || order.status === onlyStatus) &&
    (symbol === "" || order.symbol === symbol) &&
    (onlySide === OrderSide.UNSPECIFIED || order.side === onlySide) &&
    (onlyPurpose === OrderPurpose.UNSPECIFIED || order.purpose === onlyPurpose)
  );
}
