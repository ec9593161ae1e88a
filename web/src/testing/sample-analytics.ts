// What the in-memory daemon says of a stretch of time: the same figures for every range but for the
// number of trades, so that a test can tell the ranges apart.
import type { ConnectRouter } from "@connectrpc/connect";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { AnalyticsRange, AnalyticsService } from "@/gen/tradingd/v1/analytics_pb";
import { ExecutionStyle, OrderPurpose, OrderSide } from "@/gen/tradingd/v1/common_pb";
import { ExitReason } from "@/gen/tradingd/v1/trades_pb";
import { DATA_START } from "./fixtures";
import type { SampleDaemon } from "./sample-daemon";

const HOUR_MS = 3_600_000;
const EQUITIES = [10_000, 10_040, 10_010, 9_980, 10_060, 10_090];

function tradesIn(range: AnalyticsRange): bigint {
  return range === AnalyticsRange.ANALYTICS_RANGE_7D ? 3n : 12n;
}

function breakdown(key: string, profit: string) {
  const averageHolding = { seconds: 1_800n };
  return { key, trades: 6n, wins: 3n, winRatePct: 50, profit, fees: "2.1", averageHolding };
}

function curve() {
  return EQUITIES.map((equity, at) => {
    const moment = timestampFromMs(DATA_START + at * HOUR_MS);
    const peak = Math.max(...EQUITIES.slice(0, at + 1));
    const fall = (1 - equity / peak) * 100;
    const text = String(equity);
    return {
      from: moment, at: moment, equity: text, low: text, high: text, peak: String(peak),
      drawdownPct: fall, deepestDrawdownPct: fall,
    };
  });
}

export function sampleAnalytics(router: ConnectRouter, daemon: SampleDaemon): void {
  router.service(AnalyticsService, {
    getAnalytics: (request) => {
      daemon.calls.push({ method: "GetAnalytics", request });
      return {
        quoteAsset: "USDT", curve: curve(), curveTotal: 6n,
        firstData: timestampFromMs(DATA_START),
        lastData: timestampFromMs(DATA_START + 5 * HOUR_MS),
        statistics: {
          totalReturnPct: 0.9, maxDrawdownPct: 0.6, winRatePct: 50, profitFactor: 1.8,
          trades: tradesIn(request.range), wins: 6n, losses: 6n, expectancy: "7.5",
          bestTrade: "25.16", worstTrade: "-6.1", startEquity: "10000", endEquity: "10090",
        },
        markers: [
          {
            tradeId: 1n,
            at: timestampFromMs(DATA_START + HOUR_MS),
            side: OrderSide.BUY,
            symbol: "BTCUSDT",
            profit: "25.16",
            equity: "10040",
          },
        ],
        months: [{ month: "2024-03", returnPct: 0.9, profit: "90" }],
        byStrategy: [breakdown("momentum", "96.1"), breakdown("mean_reversion", "-6.1")],
        bySymbol: [breakdown("BTCUSDT", "90")],
        byHour: [breakdown("12", "90")],
        byWeekday: [breakdown("fri", "90")],
        byMonth: [breakdown("2024-03", "90")],
        byExitReason: [{ ...breakdown("", "90"), exitReason: ExitReason.TAKE_PROFIT }],
        returns: [
          { fromPct: -1, toPct: 0, trades: 6n },
          { fromPct: 0, toPct: 1, trades: 6n },
        ],
        byHourOfWeek: [{ weekday: 4, hour: 12, trades: 12n, wins: 6n, profit: "90" }],
      };
    },
    getCosts: () => {
      const costs = {
        symbol: "BTCUSDT", style: ExecutionStyle.MARKET, purpose: OrderPurpose.ENTRY,
        executions: 12n, done: 12n, slippage: "1.8", slippageBps: 2, shortfall: "10.8", fees: "9",
      };
      const days = [{ day: "2024-03-01", fees: [{ asset: "USDT", amount: "9" }], turnover: "9000", slippage: "1.8", slippageBps: 2, shortfall: "10.8", fills: 12n, executions: 12n }];
      return { quoteAsset: "USDT", fees: [{ asset: "USDT", amount: "9" }], executions: [costs], total: costs, days };
    },
  });
}
