// A busy market of the in-memory daemon: orders come, fill and end, stops move, trades close. Every
// record has a figure of its own, so that whoever shows them can be held to each single one.
import { OrderStatus } from "@/gen/tradingd/v1/orders_pb";
import { ProtectionPlace, StopKind } from "@/gen/tradingd/v1/positions_pb";
import { orderOf, tradeOf } from "./fixtures";
import type { SampleDaemon } from "./sample-daemon";

const ORDERS = 40;
const TRADES_KEPT = 50;
/** Every so many records a trade closes, or the stop moves. */
const TRADE_EVERY = 10;
const STOP_EVERY = 25;

/** The profit of the trade that a record closes. */
export function busyProfit(at: number): string {
  return (at / 100).toFixed(2);
}

/** The record of that number; nothing else may have a higher one. */
export function busyRecord(daemon: SampleDaemon, at: number): void {
  if (at % TRADE_EVERY === 0) closeTrade(daemon, at);
  else if (at % STOP_EVERY === 0) moveStop(daemon, at);
  else changeOrder(daemon, at);
}

export function closesTrade(at: number): boolean {
  return at % TRADE_EVERY === 0;
}

function closeTrade(daemon: SampleDaemon, at: number): void {
  const value = tradeOf({ id: 1_000_000n + BigInt(at), profit: busyProfit(at) });
  const trades = [value, ...daemon.trades];
  daemon.history.unshift(...trades.slice(TRADES_KEPT));
  daemon.trades = trades.slice(0, TRADES_KEPT);
  daemon.record({ case: "tradeClosed", value });
}

function moveStop(daemon: SampleDaemon, at: number): void {
  daemon.market.stopPrice = 58_000 + (at % 1_000) / 10;
  const [position] = daemon.market.positions();
  const value = {
    symbol: position?.symbol ?? "",
    stopPrice: position?.stopPrice ?? "",
    targetPrice: position?.targetPrice ?? "",
    stopKind: StopKind.TRAILING,
    place: ProtectionPlace.VENUE,
  };
  daemon.record({ case: "protectionChanged", value });
}

/** Each of the orders works, fills a part, and ends in its turn; its size tells the record. */
function changeOrder(daemon: SampleDaemon, at: number): void {
  const clientOrderId = `busy-${at % ORDERS}`;
  const turn = Math.floor(at / ORDERS) % 3;
  const status = [OrderStatus.WORKING, OrderStatus.PARTIALLY_FILLED, OrderStatus.FILLED][turn];
  const quantity = (1 + at / 10_000).toFixed(4);
  const order = orderOf({ clientOrderId, quantity, filledQuantity: turn === 1 ? "0.5" : "0", ...(status && { status }) });
  const others = daemon.openOrders.filter((each) => each.clientOrderId !== clientOrderId);
  const known = others.length < daemon.openOrders.length;
  if (status === OrderStatus.FILLED) daemon.openOrders = others;
  else if (known) daemon.openOrders = daemon.openOrders.map((each) => (each.clientOrderId === clientOrderId ? order : each));
  else daemon.openOrders = [order, ...daemon.openOrders];
  daemon.record({ case: "orderUpdated", value: order });
}
