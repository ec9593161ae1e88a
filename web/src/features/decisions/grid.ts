// Decisions as rows of symbols and columns of candles.
import type { Decision } from "@/gen/tradingd/v1/decisions_pb";
import { DecisionResult } from "@/gen/tradingd/v1/decisions_pb";
import { SignalAction } from "@/gen/tradingd/v1/common_pb";
import { timestampMs } from "@/lib/time";
import type { DecisionFilters } from "./filters";

export interface Grid {
  symbols: string[];
  /** Open times in milliseconds, oldest first. */
  times: number[];
  at(symbol: string, time: number): Decision | undefined;
}

export function openMs(decision: Decision): number {
  return timestampMs(decision.openTime) ?? 0;
}

/** `most` columns at most: the newest ones. */
export function gridOf(decisions: Decision[], most: number): Grid {
  const cells = new Map<string, Decision>();
  const times = new Set<number>();
  const symbols = new Set<string>();
  for (const each of decisions) {
    const time = openMs(each);
    cells.set(`${each.symbol} ${time}`, each);
    times.add(time);
    symbols.add(each.symbol);
  }
  return {
    symbols: [...symbols].toSorted(),
    times: [...times].toSorted((a, b) => a - b).slice(-most),
    at: (symbol, time) => cells.get(`${symbol} ${time}`),
  };
}

/** Whether a decision is one of those that are looked for. */
export function matches(decision: Decision, { result, reason, strategy }: DecisionFilters): boolean {
  if (result !== DecisionResult.UNSPECIFIED && decision.result !== result) return false;
  if (reason !== "" && decision.reason !== reason) return false;
  return strategy === "" || decision.signals.some(
    (each) =>
      each.strategy === strategy &&
      (each.action === SignalAction.BUY || each.action === SignalAction.SELL),
  );
}
