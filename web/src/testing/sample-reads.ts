// What the in-memory daemon answers to questions.
import type { ConnectRouter } from "@connectrpc/connect";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Regime, SignalAction, Trend } from "@/gen/tradingd/v1/common_pb";
import { DecisionResult, DecisionService } from "@/gen/tradingd/v1/decisions_pb";
import { MarketService } from "@/gen/tradingd/v1/market_pb";
import { PortfolioService } from "@/gen/tradingd/v1/portfolio_pb";
import { SystemService } from "@/gen/tradingd/v1/system_pb";
import type { SampleDaemon } from "./sample-daemon";

export function sampleReads(router: ConnectRouter, daemon: SampleDaemon): void {
  const { access, market } = daemon;
  router.service(SystemService, {
    getStatus: (_request, context) => {
      access.require(context);
      return daemon.status();
    },
  });
  router.service(PortfolioService, {
    getPortfolio: () => market.portfolio(),
    listEquityPoints: () => ({
      points: market.history.map(({ at, equity }) => ({
        at: timestampFromMs(at),
        equity: equity.toFixed(8),
      })),
    }),
  });
  router.service(MarketService, {
    listRegimes: () => ({
      regimes: [
        regime("BTCUSDT", Regime.TRENDING_UP, Trend.BULLISH, market.price),
        regime("ETHUSDT", Regime.UNSPECIFIED, Trend.UNSPECIFIED, "3402.11"),
      ],
    }),
  });
  router.service(DecisionService, {
    countDecisions: () => ({
      counts: [{ symbol: "ETHUSDT", result: DecisionResult.DENIED, reason: "cooldown", count: 3n }],
      total: 3n,
    }),
    listDecisions: () => ({ decisions: [held(market.now, market.price), denied(market.now)] }),
  });
}

function regime(symbol: string, value: Regime, trend: Trend, lastPrice: string) {
  return { symbol, regime: value, trend, adx: 27.4, atr: 41, atrRatio: 1.08, lastPrice };
}

function signal(strategy: string, action: SignalAction, reason: string) {
  return { strategy, action, confidence: 0.62, weight: 1, enabled: true, reason };
}

function held(at: number, close: string) {
  return {
    at: timestampFromMs(at),
    symbol: "BTCUSDT",
    interval: "1m",
    close,
    regime: Regime.TRENDING_UP,
    trend: Trend.BULLISH,
    signals: [
      signal("momentum", SignalAction.HOLD, "no_cross"),
      signal("mean_reversion", SignalAction.HOLD, "inside_bands"),
    ],
    result: DecisionResult.HOLD,
    reason: "insufficient_agreement",
  };
}

function denied(at: number) {
  return {
    at: timestampFromMs(at),
    symbol: "ETHUSDT",
    interval: "1m",
    close: "3402.11",
    regime: Regime.RANGING,
    trend: Trend.NEUTRAL,
    signals: [signal("mean_reversion", SignalAction.BUY, "below_lower_band")],
    buyWeight: 0.8,
    confidence: 0.62,
    sizing: { method: "atr", price: "3402.11", quantity: "0.41", bound: "max_position_size_pct" },
    risk: [
      { check: "max_positions", passed: true, limit: "3", value: "2" },
      { check: "cooldown", passed: false, limit: "15", value: "4" },
    ],
    result: DecisionResult.DENIED,
    reason: "cooldown",
  };
}
