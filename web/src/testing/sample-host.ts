// The in-memory daemon behind a real network: what a server needs to answer gRPC-Web with it.
// Bundled by the benches only.
import { createConnectRouter } from "@connectrpc/connect";
import { OrderStatus } from "@/gen/tradingd/v1/orders_pb";
import { orderOf, tradeOf } from "./fixtures";
import { SampleDaemon } from "./sample-daemon";
import { madeTrades } from "./sample-history";
import { sampleServices } from "./sample-transport";

export { SampleDaemon, madeTrades };

export function handlersOf(daemon: SampleDaemon) {
  const router = createConnectRouter({ grpc: false, connect: false });
  sampleServices(router, daemon);
  return router.handlers;
}

/** One record of a busy market: mostly orders, some fills, now and then a closed trade. */
export function busyRecord(daemon: SampleDaemon, at: number): void {
  const id = `busy-${at % 40}`;
  if (at % 10 === 0) {
    const value = tradeOf({ id: 1_000_000n + BigInt(at) });
    daemon.trades = [value, ...daemon.trades].slice(0, 50);
    daemon.record({ case: "tradeClosed", value });
    return;
  }
  const status = at % 2 === 0 ? OrderStatus.WORKING : OrderStatus.FILLED;
  daemon.record({ case: "orderUpdated", value: orderOf({ clientOrderId: id, status }) });
}
