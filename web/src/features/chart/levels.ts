// Stop and targets as lines of steps: each level holds from its move to the next one, and ends with
// the position.
import type { LevelMove } from "@/gen/tradingd/v1/market_pb";
import { ProtectionPlace } from "@/gen/tradingd/v1/positions_pb";
import { toChartNumber } from "@/lib/decimal";
import { timestampMs } from "@/lib/time";
import { type Bar, indexAt } from "./candle-list";

export interface LevelPoint {
  at: number;
  value: number;
  /** Nothing is in force from here to the next point. */
  hidden: boolean;
}

export interface Level {
  kind: "stop" | "first_target" | "target";
  points: LevelPoint[];
}

const PRICE = {
  stop: (move: LevelMove) => move.stopPrice,
  first_target: (move: LevelMove) => move.firstTargetPrice,
  target: (move: LevelMove) => move.targetPrice,
} as const;

function priceOf(move: LevelMove, kind: Level["kind"]): number | undefined {
  const text = PRICE[kind](move);
  return move.place === ProtectionPlace.UNSPECIFIED || text === "" ? undefined : toChartNumber(text);
}

function pathOf(moves: LevelMove[], kind: Level["kind"], bars: Bar[]): LevelPoint[] {
  const byBar = new Map<number, LevelPoint>();
  let held: number | undefined;
  for (const move of moves) {
    const price = priceOf(move, kind);
    if (price === held) continue;
    const index = Math.max(0, indexAt(bars, timestampMs(move.at) ?? 0));
    const before = bars[index - 1];
    // Where it begins anew, the line must not climb there from where it ended.
    if (held === undefined && price !== undefined && before && !byBar.has(before.at)) {
      byBar.set(before.at, { at: before.at, value: price, hidden: true });
    }
    const at = bars[index]?.at ?? 0;
    const value = price ?? held;
    if (value !== undefined) byBar.set(at, { at, value, hidden: price === undefined });
    held = price;
  }
  const last = bars.at(-1);
  if (held !== undefined && last && !byBar.has(last.at)) {
    byBar.set(last.at, { at: last.at, value: held, hidden: false });
  }
  return [...byBar.values()].toSorted((a, b) => a.at - b.at);
}

export function levelsOf(moves: LevelMove[], bars: Bar[]): Level[] {
  if (bars.length === 0) return [];
  return (["stop", "first_target", "target"] as const)
    .map((kind) => ({ kind, points: pathOf(moves, kind, bars) }))
    .filter((each) => each.points.length > 0);
}

/** What is in force at a moment. */
export function levelAt(moves: LevelMove[], at: number): LevelMove | undefined {
  const move = moves.findLast((each) => (timestampMs(each.at) ?? 0) <= at);
  return move === undefined || move.place === ProtectionPlace.UNSPECIFIED ? undefined : move;
}
