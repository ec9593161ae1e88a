// Decisions of the in-memory daemon: one of each symbol every minute; which came to what follows a
// fixed pattern, so that a test can name a candle and know what was decided on it.
import { type DescMessage, type MessageInitShape, create } from "@bufbuild/protobuf";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { Regime, SignalAction, Trend } from "@/gen/tradingd/v1/common_pb";
import {
  type Decision,
  DecisionResult,
  DecisionSchema,
  DecisionService,
  type ListDecisionsRequest,
} from "@/gen/tradingd/v1/decisions_pb";
import type { SampleDaemon } from "./sample-daemon";

type Init<Desc extends DescMessage> = MessageInitShape<Desc>;

const MINUTE_MS = 60_000;
const KEPT = 240;
const SYMBOLS = ["BTCUSDT", "ETHUSDT"];

function signal(strategy: string, action: SignalAction, reason: string) {
  return { strategy, action, confidence: 0.62, weight: 1, enabled: true, reason };
}

const HELD: Init<typeof DecisionSchema> = {
  signals: [
    signal("momentum", SignalAction.HOLD, "no_cross"),
    signal("mean_reversion", SignalAction.HOLD, "inside_bands"),
  ],
  result: DecisionResult.HOLD,
  reason: "insufficient_agreement",
};

const DENIED: Init<typeof DecisionSchema> = {
  signals: [signal("mean_reversion", SignalAction.BUY, "below_lower_band")],
  buyWeight: 0.8,
  confidence: 0.62,
  sizing: { method: "atr", price: "3402.11", quantity: "0.41", bound: "max_position_size" },
  risk: [
    { check: "max_concurrent_positions", passed: true, limit: "3", value: "2" },
    { check: "cooldown_after_stop", passed: false, limit: "15", value: "4" },
  ],
  result: DecisionResult.DENIED,
  reason: "cooldown_after_stop",
};

const ENTERED: Init<typeof DecisionSchema> = {
  ...DENIED,
  risk: [{ check: "max_concurrent_positions", passed: true, limit: "3", value: "2" }],
  result: DecisionResult.ENTERED,
  reason: "entered",
  intent: 7n,
};

/** The newest candle of BTCUSDT is held, that of ETHUSDT denied; every 20th before is an entry. */
function decisionOf(symbol: string, back: number, now: number): Decision {
  const first = symbol === "BTCUSDT" ? HELD : DENIED;
  const what = back % 20 === 7 ? ENTERED : back % 5 === 0 ? first : HELD;
  return create(DecisionSchema, {
    ...what,
    symbol,
    interval: "1m",
    openTime: timestampFromMs(now - (back + 1) * MINUTE_MS),
    at: timestampFromMs(now - back * MINUTE_MS),
    close: symbol === "BTCUSDT" ? "61908.33" : "3402.11",
    regime: symbol === "BTCUSDT" ? Regime.TRENDING_UP : Regime.RANGING,
    trend: symbol === "BTCUSDT" ? Trend.BULLISH : Trend.NEUTRAL,
  });
}

function allOf(now: number): Decision[] {
  return Array.from({ length: KEPT }, (_, back) => SYMBOLS.map((each) => decisionOf(each, back, now))).flat();
}

function wanted(decision: Decision, asked: ListDecisionsRequest): boolean {
  const before = asked.before === undefined ? Infinity : timestampMs(asked.before);
  const spoke = decision.signals.some(
    (each) => each.strategy === asked.strategy && each.action !== SignalAction.HOLD,
  );
  return (
    (asked.symbol === "" || decision.symbol === asked.symbol) &&
    (asked.result === DecisionResult.UNSPECIFIED || decision.result === asked.result) &&
    (asked.reasons.length === 0 || asked.reasons.includes(decision.reason)) &&
    (asked.strategy === "" || spoke) &&
    (decision.at === undefined || timestampMs(decision.at) <= before)
  );
}

export function sampleDecisions(router: ConnectRouter, { market }: SampleDaemon): void {
  router.service(DecisionService, {
    listDecisions: (request) => {
      const start = Number(request.pageToken || "0");
      const found = allOf(market.now).filter((each) => wanted(each, request));
      const end = start + (request.pageSize || 50);
      const nextPageToken = end < found.length ? String(end) : "";
      return { decisions: found.slice(start, end), nextPageToken };
    },
    getDecision: ({ symbol, openTime }) => {
      const at = openTime === undefined ? undefined : timestampMs(openTime);
      const decision = allOf(market.now).find(
        (each) => each.symbol === symbol && (at === undefined || (each.openTime && timestampMs(each.openTime) === at)),
      );
      if (!decision) throw new ConnectError("no such decision", Code.NotFound);
      return { decision, clientOrderIds: decision.intent === 0n ? [] : ["t-7-1"] };
    },
    countDecisions: ({ symbol }) => {
      const counts = new Map<string, { symbol: string; result: DecisionResult; reason: string; count: bigint }>();
      for (const each of allOf(market.now).filter((one) => symbol === "" || one.symbol === symbol)) {
        const key = `${each.symbol} ${each.result} ${each.reason}`;
        const { result, reason } = each;
        const known = counts.get(key)?.count ?? 0n;
        counts.set(key, { symbol: each.symbol, result, reason, count: known + 1n });
      }
      return { counts: [...counts.values()], total: BigInt(KEPT * SYMBOLS.length) };
    },
  });
}
