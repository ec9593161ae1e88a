// Any number of closed trades with believable figures, the same ones each time.
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { ExitReason, type Trade } from "@/gen/tradingd/v1/trades_pb";
import { DATA_START, tradeOf } from "./fixtures";

const SYMBOLS = ["BTCUSDT", "ETHUSDT"];
const STRATEGIES = ["momentum", "mean_reversion", "breakout"];
const REASONS = [ExitReason.STRATEGY_EXIT, ExitReason.STOP_LOSS, ExitReason.TAKE_PROFIT];
const MINUTE_MS = 60_000;

/** Newest first; the oldest has the number `firstId`. */
export function madeTrades(count: number, firstId = 1n): Trade[] {
  let seed = 7;
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
  return Array.from({ length: count }, (_, at) => {
    const id = firstId + BigInt(count - at - 1);
    const symbol = SYMBOLS[Math.floor(random() * SYMBOLS.length)] ?? "";
    const strategy = STRATEGIES[Math.floor(random() * STRATEGIES.length)] ?? "";
    const entry = (symbol === "BTCUSDT" ? 60_000 : 3_000) * (1 + (random() - 0.5) / 10);
    const change = (random() - 0.48) / 50;
    const closed = DATA_START - (at + 1) * 2 * MINUTE_MS;
    const held = Math.ceil(random() * 240) * MINUTE_MS;
    const profit = (1_000 * change).toFixed(8);
    const quantity = (1_000 / entry).toFixed(5);
    return tradeOf({
      id,
      symbol,
      exitReason: REASONS[Math.floor(random() * REASONS.length)] ?? ExitReason.STOP_LOSS,
      openedAt: timestampFromMs(closed - held),
      closedAt: timestampFromMs(closed),
      entryPrice: entry.toFixed(2),
      exitPrice: (entry * (1 + change)).toFixed(2),
      quantity,
      fees: "2.00000000",
      profit,
      profitPct: (change * 100).toFixed(4),
      shares: [{ strategy, quantity, profit }],
    });
  });
}
