// The in-memory daemon behind a real network: what a server needs to answer gRPC-Web with it, and
// what a bench needs to know of it. Bundled by the benches only.
import { createConnectRouter } from "@connectrpc/connect";
import { SampleDaemon } from "./sample-daemon";
import { madeTrades } from "./sample-history";
import { sampleServices } from "./sample-transport";

export { formatMoney, formatPrice, formatQuantity } from "@/lib/decimal";
export { busyProfit, busyRecord, closesTrade } from "./sample-busy";
export { SampleDaemon, madeTrades };

export function handlersOf(daemon: SampleDaemon) {
  const router = createConnectRouter({ grpc: false, connect: false });
  sampleServices(router, daemon);
  return router.handlers;
}
