// Fills as arrows on their candles; the exit of a trade carries what it brought.
import { OrderSide } from "@/gen/tradingd/v1/common_pb";
import type { ListMarksResponse } from "@/gen/tradingd/v1/market_pb";
import { formatMoney } from "@/lib/decimal";
import { timestampMs } from "@/lib/time";
import { type Bar, indexAt } from "./candle-list";

export interface Mark {
  at: number;
  side: "buy" | "sell";
  text: string;
}

function candleOf(bars: Bar[], at: number | undefined): number | undefined {
  return at === undefined ? undefined : bars[indexAt(bars, at)]?.at;
}

/** One arrow for each candle and side, however many fills there were. */
export function marksOf({ fills, trades }: ListMarksResponse, bars: Bar[]): Mark[] {
  const marks = new Map<string, Mark>();
  for (const fill of fills) {
    const at = candleOf(bars, timestampMs(fill.at));
    const side = fill.side === OrderSide.BUY ? "buy" : "sell";
    if (at !== undefined) marks.set(`${at} ${side}`, { at, side, text: "" });
  }
  for (const trade of trades) {
    const at = candleOf(bars, timestampMs(trade.closedAt));
    if (at === undefined) continue;
    const key = `${at} sell`;
    const before = marks.get(key)?.text ?? "";
    const profit = formatMoney(trade.profit, true);
    marks.set(key, { at, side: "sell", text: before === "" ? profit : `${before} ${profit}` });
  }
  return [...marks.values()].toSorted((a, b) => a.at - b.at);
}
