// Decisions as coloured cells: the regime behind the candles, the votes below them. On an interval
// longer than that of the decisions a candle shows the most telling of those within it.
import { Regime, SignalAction } from "@/gen/tradingd/v1/common_pb";
import { type Decision, DecisionResult } from "@/gen/tradingd/v1/decisions_pb";
import { timestampMs } from "@/lib/time";
import { type Bar, indexAt } from "./candle-list";
import { type Colours, actionCell, regimeCell, resultCell } from "./drawing/colours";
import type { Cell } from "./drawing/strip-series";

export interface StripRow {
  at: number;
  cells: (Cell | undefined)[];
}

const TELLING = [
  DecisionResult.ENTERED,
  DecisionResult.EXITED,
  DecisionResult.EXIT_FENCED,
  DecisionResult.DENIED,
];

/** Decisions by the open time of the candle that holds them. */
export function byCandle(decisions: Decision[], bars: Bar[]): Map<number, Decision[]> {
  const found = new Map<number, Decision[]>();
  for (const each of decisions) {
    const at = bars[indexAt(bars, timestampMs(each.openTime) ?? 0)]?.at;
    if (at === undefined) continue;
    const others = found.get(at);
    if (others) others.push(each);
    else found.set(at, [each]);
  }
  return found;
}

/** The one that says most of what came of a candle. */
export function tellingOf(decisions: Decision[]): Decision | undefined {
  for (const result of TELLING) {
    const found = decisions.find((each) => each.result === result);
    if (found) return found;
  }
  return decisions[0];
}

function inOrder(rows: StripRow[]): StripRow[] {
  return rows.toSorted((a, b) => a.at - b.at);
}

export function shadeOf(candles: Map<number, Decision[]>, colours: Colours): StripRow[] {
  return inOrder(
    [...candles].map(([at, each]) => ({
      at,
      cells: [regimeCell(each.at(-1)?.regime ?? Regime.UNSPECIFIED, colours)],
    })),
  );
}

/** The names of the rows: each strategy that spoke, and what came of it. */
export function voters(decisions: Decision[]): string[] {
  return [...new Set(decisions.flatMap((each) => each.signals.map(({ strategy }) => strategy)))].toSorted();
}

export function votesOf(candles: Map<number, Decision[]>, strategies: string[], colours: Colours): StripRow[] {
  return inOrder(
    [...candles].map(([at, decisions]) => {
      const vote = (strategy: string) => {
        const signals = decisions.flatMap((each) => each.signals).filter((each) => each.strategy === strategy);
        const spoken = signals.find(({ action }) => action === SignalAction.BUY || action === SignalAction.SELL);
        return spoken && actionCell(spoken.action, colours);
      };
      const result = tellingOf(decisions)?.result ?? DecisionResult.UNSPECIFIED;
      return { at, cells: [...strategies.map(vote), resultCell(result, colours)] };
    }),
  );
}
