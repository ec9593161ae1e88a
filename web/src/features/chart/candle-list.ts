// All candles that are loaded of one symbol and interval, oldest first, and how it grows at both
// ends. The numbers are for pixels; what is read out is the daemon's text.
import type { Candle } from "@/gen/tradingd/v1/market_pb";
import { toChartNumber } from "@/lib/decimal";
import { timestampMs } from "@/lib/time";

export interface Bar {
  /** Open time, milliseconds. */
  at: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  candle: Candle;
}

export interface CandleList {
  bars: Bar[];
  hasEarlier: boolean;
}

export function barOf(candle: Candle): Bar {
  return {
    at: timestampMs(candle.openTime) ?? 0,
    open: toChartNumber(candle.open),
    high: toChartNumber(candle.high),
    low: toChartNumber(candle.low),
    close: toChartNumber(candle.close),
    volume: toChartNumber(candle.volume),
    candle,
  };
}

/** Index of the last bar at or before a moment; -1 when all are later. */
export function indexAt(bars: { at: number }[], at: number): number {
  let low = 0;
  let high = bars.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bars[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Newer ones at the end; undefined when candles between are missing. */
export function withNewer(list: CandleList, newer: Bar[], lengthMs: number): CandleList | undefined {
  const last = list.bars.at(-1);
  const first = newer[0];
  if (!last || !first) return { ...list, bars: newer.length > 0 ? newer : list.bars };
  if (first.at > last.at + lengthMs) return undefined;
  const fresh = newer.filter((each) => each.at > last.at);
  return fresh.length === 0 ? list : { ...list, bars: [...list.bars, ...fresh] };
}

export function withOlder(list: CandleList, older: Bar[], hasEarlier: boolean): CandleList {
  const first = list.bars[0]?.at ?? Infinity;
  return { bars: [...older.filter((each) => each.at < first), ...list.bars], hasEarlier };
}

/** The candle that is not closed yet, from the shorter ones that are: nothing of it is guessed. */
export function formingFrom(shorter: Bar[], from: number): Bar | undefined {
  const parts = shorter.filter((each) => each.at >= from);
  const [first] = parts;
  const last = parts.at(-1);
  if (!first || !last) return undefined;
  const highest = parts.reduce((best, each) => (each.high > best.high ? each : best));
  const lowest = parts.reduce((best, each) => (each.low < best.low ? each : best));
  const { candle } = first;
  return {
    ...first,
    at: from,
    high: highest.high,
    low: lowest.low,
    close: last.close,
    volume: parts.reduce((sum, each) => sum + each.volume, 0),
    candle: { ...candle, high: highest.candle.high, low: lowest.candle.low, close: last.candle.close, volume: "" },
  };
}
