// What the trades page keeps in its address, and what the daemon is asked for because of it.
import { ExitReason, TradeSort } from "@/gen/tradingd/v1/trades_pb";
import { TradeOutcome } from "@/gen/tradingd/v1/exports_pb";
import { daysRange } from "@/lib/days";
import { useAddress } from "@/lib/search";

export const NO_FILTER = { symbol: "", strategy: "", reason: "", outcome: "", from: "", to: "" };
export type TradeFilters = typeof NO_FILTER;

const FALLBACK = { ...NO_FILTER, sort: "CLOSED_AT", order: "desc", trade: "" };
export type TradesAddress = typeof FALLBACK;

export function useTradesAddress() {
  return useAddress(FALLBACK);
}

export const REASONS = [
  "STOP_LOSS",
  "TAKE_PROFIT",
  "STRATEGY_EXIT",
  "CLOSE_ALL",
  "FIRST_TARGET",
  "TRAILING_STOP",
  "BREAK_EVEN",
  "TIME_STOP",
  "OPERATOR",
  "EXTERNAL",
] as const;
export const OUTCOMES = ["WON", "LOST"] as const;
const SORTS = [
  "CLOSED_AT",
  "PROFIT",
  "PROFIT_PCT",
  "QUANTITY",
  "FEES",
  "HELD",
  "SYMBOL",
] as const;
export type SortKey = (typeof SORTS)[number];

/** Newest first is the one order in which a new trade has its place at once. */
export function isNewestFirst({ sort, order }: TradesAddress): boolean {
  return sortOf(sort) === TradeSort.CLOSED_AT && order !== "asc";
}

function sortOf(value: string): TradeSort {
  return TradeSort[SORTS.find((each) => each === value) ?? "CLOSED_AT"];
}

function outcomeOf(value: string): TradeOutcome {
  const known = OUTCOMES.find((each) => each === value);
  return known ? TradeOutcome[known] : TradeOutcome.UNSPECIFIED;
}

/** A mistyped value filters nothing. */
function reasonOf(value: string): (typeof REASONS)[number] | undefined {
  return REASONS.find((each) => each === value);
}

export function listRequest(address: TradesAddress) {
  const { symbol, strategy, reason, outcome, from, to, sort, order } = address;
  const known = reasonOf(reason);
  return {
    symbol,
    strategy,
    exitReasons: known ? [ExitReason[known]] : [],
    outcome: outcomeOf(outcome),
    sort: sortOf(sort),
    ascending: order === "asc",
    ...daysRange(from, to),
  };
}

/** The same rows; the file has reasons in words. */
export function exportRequest({ symbol, strategy, reason, outcome, from, to }: TradeFilters) {
  const known = reasonOf(reason);
  const { from: since, to: until } = daysRange(from, to);
  return {
    filter: { symbol, ...(since ? { since } : {}), ...(until ? { until } : {}) },
    strategy,
    exitReasons: known ? [known.toLowerCase()] : [],
    outcome: outcomeOf(outcome),
  };
}
