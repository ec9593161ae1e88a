// Candles, indicators and marks of the in-memory daemon. Prices follow from the minute alone, so
// that any stretch can be asked for; `?candles=100000` says how far back they go.
import type { ConnectRouter } from "@connectrpc/connect";
import { timestampFromMs, timestampMs, type Timestamp } from "@bufbuild/protobuf/wkt";
import { OrderSide, Regime, Trend } from "@/gen/tradingd/v1/common_pb";
import { IndicatorPane, MarketService } from "@/gen/tradingd/v1/market_pb";
import { ProtectionPlace, StopKind } from "@/gen/tradingd/v1/positions_pb";
import type { SampleDaemon } from "./sample-daemon";

const MINUTE_MS = 60_000;
const LENGTH: Record<string, number> = { "1m": 1, "15m": 15 };
const SYMBOLS = ["BTCUSDT", "ETHUSDT"];

function kept(): number {
  return Number(new URLSearchParams(window.location.search).get("candles") ?? "900");
}

function priceAt(minute: number): number {
  const jitter = (((minute * 2_654_435_761) >>> 0) / 2 ** 32 - 0.5) * 60;
  return 60_000 + 2_400 * Math.sin(minute / 2_111) + 700 * Math.sin(minute / 97) + 120 * Math.sin(minute / 13) + jitter;
}

interface Asked {
  interval: string;
  before?: Timestamp | undefined;
  limit: number;
}

/** Open times that an answer holds, in minutes, and whether there are earlier ones. */
function span({ interval, before, limit }: Asked, now: number) {
  const length = LENGTH[interval === "" ? "1m" : interval] ?? 1;
  const newest = Math.floor(now / MINUTE_MS / length) * length - length;
  const first = newest - (Math.floor(kept() / length) - 1) * length;
  const end = before === undefined ? newest : Math.min(newest, Math.ceil(timestampMs(before) / MINUTE_MS) - length);
  const start = Math.max(first, end - ((limit || 500) - 1) * length);
  const minutes: number[] = [];
  for (let minute = start; minute <= end; minute += length) minutes.push(minute);
  return { minutes, length, hasEarlier: start > first };
}

function candleOf(minute: number, length: number) {
  const [open, close] = [priceAt(minute), priceAt(minute + length)];
  return {
    openTime: timestampFromMs(minute * MINUTE_MS),
    open: open.toFixed(2),
    high: (Math.max(open, close) + 18).toFixed(2),
    low: (Math.min(open, close) - 18).toFixed(2),
    close: close.toFixed(2),
    volume: (12 + 8 * Math.sin(minute / 7)).toFixed(3),
  };
}

const VALUE: Record<string, (minute: number) => number> = {
  sma: (minute) => priceAt(minute) + 40 * Math.sin(minute / 11),
  rsi: (minute) => 50 + 35 * Math.sin(minute / 29),
};

export function sampleChart(router: ConnectRouter, { market }: SampleDaemon): void {
  router.service(MarketService, {
    listRegimes: () => ({
      regimes: [
        regime("BTCUSDT", Regime.TRENDING_UP, Trend.BULLISH, market.price),
        regime("ETHUSDT", Regime.UNSPECIFIED, Trend.UNSPECIFIED, "3402.11"),
      ],
    }),
    listSymbols: () => ({
      symbols: SYMBOLS.map((symbol) => ({
        symbol,
        baseInterval: "1m",
        signalInterval: "1m",
        intervals: Object.keys(LENGTH).map((interval) => ({ interval, firstOpenTime: timestampFromMs(0) })),
      })),
    }),
    listCandles: (request) => {
      const { minutes, length, hasEarlier } = span(request, market.now);
      const { symbol, interval } = request;
      return { symbol, interval, candles: minutes.map((each) => candleOf(each, length)), hasEarlier };
    },
    listIndicators: () => ({
      indicators: [
        indicator("sma", "Simple average", IndicatorPane.PRICE, 20),
        indicator("rsi", "RSI", IndicatorPane.OWN, 14),
      ],
    }),
    getIndicators: (request) => {
      const { minutes } = span(request, market.now);
      return {
        openTimes: minutes.map((each) => timestampFromMs(each * MINUTE_MS)),
        series: request.indicators.map((each) => ({
          indicator: each.name,
          arguments: each.arguments,
          output: "value",
          points: minutes.map((minute) => ({ value: VALUE[each.name]?.(minute) ?? 0 })),
        })),
      };
    },
    listMarks: ({ symbol }) => marks(symbol, market.now),
  });
}

function indicator(name: string, title: string, pane: IndicatorPane, period: number) {
  const parameter = { name: "period", defaultValue: period, min: 2, max: 200, whole: true };
  return { name, title, pane, description: title, parameters: [parameter], outputs: ["value"] };
}

const regime = (symbol: string, value: Regime, trend: Trend, lastPrice: string) => ({
  symbol,
  regime: value,
  trend,
  adx: 27.4,
  atr: 41,
  atrRatio: 1.08,
  lastPrice,
});
const at = (ms: number) => timestampFromMs(ms);
const end = (start: number) => start + 1_200_000;
const price = (ms: number) => priceAt(ms / MINUTE_MS).toFixed(2);

/** A trade every hour, twenty minutes long. */
function marks(symbol: string, now: number) {
  const last = Math.floor(now / 3_600_000) * 3_600_000;
  const starts = Array.from({ length: Math.min(200, Math.floor(kept() / 60)) }, (_, back) => last - (back + 1) * 3_600_000).toReversed();
  const fill = (ms: number, side: OrderSide) => ({ symbol, side, price: price(ms), quantity: "0.02", at: at(ms) });
  return {
    symbol,
    levels: starts.flatMap((start) => [
      {
        at: at(start),
        stopPrice: (Number(price(start)) - 150).toFixed(2),
        targetPrice: (Number(price(start)) + 300).toFixed(2),
        stopKind: StopKind.INITIAL,
        place: ProtectionPlace.VENUE,
      },
      { at: at(end(start)), stopPrice: "", targetPrice: "", place: ProtectionPlace.UNSPECIFIED },
    ]),
    fills: starts.flatMap((start) => [fill(start, OrderSide.BUY), fill(end(start), OrderSide.SELL)]),
    trades: starts.map((start, id) => ({
      id: BigInt(id + 1),
      symbol,
      openedAt: at(start),
      closedAt: at(end(start)),
      profit: ((Number(price(end(start))) - Number(price(start))) * 0.02).toFixed(2),
    })),
  };
}
