// Counts of the daemon, one row a reason with its symbols side by side.
import type { DecisionCount, DecisionResult } from "@/gen/tradingd/v1/decisions_pb";

export interface ReasonCount {
  result: DecisionResult;
  reason: string;
  count: number;
  bySymbol: Map<string, number>;
}

/** The most frequent reason first. */
export function reasonCounts(counts: DecisionCount[]): ReasonCount[] {
  const rows = new Map<string, ReasonCount>();
  for (const { result, reason, symbol, count } of counts) {
    const key = `${result} ${reason}`;
    const row = rows.get(key) ?? { result, reason, count: 0, bySymbol: new Map<string, number>() };
    row.count += Number(count);
    row.bySymbol.set(symbol, (row.bySymbol.get(symbol) ?? 0) + Number(count));
    rows.set(key, row);
  }
  return [...rows.values()].toSorted((a, b) => b.count - a.count);
}
