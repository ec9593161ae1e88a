// Orders of the in-memory daemon: what works, what has been, and taking one back with a plan.
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Role } from "@/gen/tradingd/v1/auth_pb";
import { ExecutionStyle, OrderPurpose, OrderSide } from "@/gen/tradingd/v1/common_pb";
import { OrderService, OrderStatus, OrderStepKind, OrderType } from "@/gen/tradingd/v1/orders_pb";
import { DATA_START, orderOf } from "./fixtures";
import type { SampleDaemon } from "./sample-daemon";
import { exported } from "./sample-export";
import { planOf } from "./sample-plans";

const PAST = [
  orderOf({
    clientOrderId: "t-0-1",
    side: OrderSide.BUY,
    type: OrderType.MARKET,
    purpose: OrderPurpose.ENTRY,
    status: OrderStatus.FILLED,
    triggerPrice: "",
    filledQuantity: "0.03",
    averagePrice: "61512.3",
    referencePrice: "61500",
    slippageBps: "2",
    fee: "1.85",
    feeAsset: "USDT",
    intent: 3n,
    createdAt: timestampFromMs(DATA_START - 3_960_000),
    updatedAt: timestampFromMs(DATA_START - 3_900_000),
  }),
];

const FILL = {
  tradeId: 9n,
  clientOrderId: "t-0-1",
  symbol: "BTCUSDT",
  side: OrderSide.BUY,
  price: "61512.3",
  quantity: "0.03",
  fee: "1.85",
  feeAsset: "USDT",
  at: timestampFromMs(DATA_START - 3_900_000),
};

const DECIDED_AT = timestampFromMs(DATA_START - 3_960_000);
const TIMELINE = [
  { kind: OrderStepKind.DECIDED, at: DECIDED_AT, sequence: 41n },
  { kind: OrderStepKind.SENT, at: DECIDED_AT, sequence: 42n },
  {
    kind: OrderStepKind.FILLED,
    at: FILL.at,
    sequence: 44n,
    sinceFirst: { seconds: 60n },
    recordedSinceFirst: { nanos: 250_000_000 },
    quantity: FILL.quantity,
    price: FILL.price,
    tradeId: FILL.tradeId,
  },
];

const EXECUTION = {
  intent: 3n,
  symbol: "BTCUSDT",
  side: OrderSide.BUY,
  purpose: OrderPurpose.ENTRY,
  style: ExecutionStyle.MARKET,
  wanted: "0.03",
  filled: "0.03",
  averagePrice: "61512.3",
  referencePrice: "61500",
  fees: "1.85",
  slippageBps: "2",
  shortfall: "2.22",
  orders: 1,
  at: timestampFromMs(DATA_START - 3_900_000),
};

const TOTALS = {
  count: 1n,
  done: 1n,
  meanSlippageBps: "2",
  worstSlippageBps: "2",
  shortfall: "2.22",
  fees: "1.85",
};

export function sampleOrders(router: ConnectRouter, daemon: SampleDaemon): void {
  const all = () => [...daemon.openOrders, ...PAST];
  const find = (id: string) => {
    const order = all().find((each) => each.clientOrderId === id);
    if (!order) throw new ConnectError(`there is no order ${id}`, Code.NotFound);
    return order;
  };
  router.service(OrderService, {
    listOrders: (request, context) => {
      daemon.access.require(context);
      daemon.calls.push({ method: "ListOrders", request });
      const orders = all().filter((each) => request.symbol === "" || each.symbol === request.symbol);
      return { orders, asOfSequence: daemon.sequence };
    },
    getOrder: ({ clientOrderId }) => {
      const order = find(clientOrderId);
      if (clientOrderId !== FILL.clientOrderId) return { order };
      return { order, fills: [FILL], timeline: TIMELINE, owners: [{ strategy: "momentum", share: "1" }] };
    },
    cancelOrder: (request, context) => {
      daemon.access.require(context, Role.OPERATOR);
      daemon.calls.push({ method: "CancelOrder", request });
      const order = find(request.clientOrderId);
      if (request.dryRun) return { plan: planOf({ cancelledOrderIds: [order.clientOrderId] }) };
      const cancelled = { ...order, status: OrderStatus.CANCELLED };
      daemon.openOrders = daemon.openOrders.filter((each) => each !== order);
      return {
        order: cancelled,
        effect: { sequence: daemon.record({ case: "orderUpdated", value: cancelled }) },
      };
    },
    listExecutions: () => ({ executions: [EXECUTION], totals: TOTALS }),
    async *exportOrders(request) {
      daemon.calls.push({ method: "ExportOrders", request });
      yield* exported("client_order_id", all().map((each) => each.clientOrderId));
    },
  });
}
