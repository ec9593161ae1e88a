// Limits and figures of the in-memory daemon: one of each kind.
import type { ConnectRouter } from "@connectrpc/connect";
import { LimitEffect, RiskService } from "@/gen/tradingd/v1/risk_pb";
import type { SampleDaemon } from "./sample-daemon";

const LIMITS = [
  {
    check: "daily_loss_limit",
    setting: "risk.daily_loss_limit_pct",
    unit: "percent",
    limit: "5",
    used: "1.25",
    headroom: "3.75",
    usedPct: "25",
    effect: LimitEffect.DENIES_DAY,
  },
  {
    check: "max_position_size",
    setting: "risk.max_position_size_pct",
    unit: "percent",
    symbol: "BTCUSDT",
    limit: "10",
    used: "10.01",
    headroom: "0",
    usedPct: "100.1",
    effect: LimitEffect.DENIES_ENTRY,
    blocking: true,
  },
  {
    check: "max_order_value",
    setting: "risk.max_order_value",
    unit: "quote",
    limit: "0",
    used: "0",
    headroom: "0",
    effect: LimitEffect.DENIES_ENTRY,
    off: true,
  },
];

const VOLATILITY = { interval: "1m", returns: 250, volatilityPct: 0.05, annualVolatilityPct: 37.3 };
const GARCH = { omega: 1e-7, alpha: 0.1, beta: 0.85, forecastPct: 0.045, longRunPct: 0.055 };

export function sampleRisk(router: ConnectRouter, daemon: SampleDaemon): void {
  router.service(RiskService, {
    listLimits: () => ({ limits: LIMITS, asOfSequence: daemon.sequence }),
    getRiskFigures: () => ({
      symbols: [
        { symbol: "BTCUSDT", value: "1857.25", ...VOLATILITY, garch: GARCH },
        { symbol: "ETHUSDT", value: "0", ...VOLATILITY, garchFailure: "too_short" },
      ],
      correlations: [{ first: "BTCUSDT", second: "ETHUSDT", value: 0.87 }],
      varPct: 0.014,
      cvarPct: 0.02,
      varCandles: 250,
      varConfidence: "0.95",
      heat: 0.0001,
      ordersLastMinute: 2,
      messagesLastMinute: 4,
      asOfSequence: daemon.sequence,
    }),
  });
}
