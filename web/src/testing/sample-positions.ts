// Positions of the in-memory daemon: plans of closes and of moved levels, and what they lead to.
import type { ConnectRouter } from "@connectrpc/connect";
import { Role } from "@/gen/tradingd/v1/auth_pb";
import { OrderPurpose, OrderSide } from "@/gen/tradingd/v1/common_pb";
import {
  type ClosePositionRequest,
  type LevelChange,
  PositionService,
  ProtectionPlace,
  StopKind,
} from "@/gen/tradingd/v1/positions_pb";
import type { SampleDaemon } from "./sample-daemon";
import { planOf } from "./sample-plans";

function quantityOf({ size }: ClosePositionRequest, held: string): string {
  if (size.case === "quantity") return size.value;
  if (size.case === "partPct") return String((Number(held) * Number(size.value)) / 100);
  return held;
}

function levelOf({ change }: LevelChange, before: string): string {
  if (change.case === "price") return change.value;
  return change.case === "clear" ? "" : before;
}

export function samplePositions(router: ConnectRouter, daemon: SampleDaemon): void {
  const held = (symbol: string) => daemon.market.positions().find((each) => each.symbol === symbol);
  router.service(PositionService, {
    listPositions: () => ({ positions: daemon.market.positions(), asOfSequence: daemon.sequence }),
    closePosition: (request, context) => {
      daemon.access.require(context, Role.OPERATOR);
      daemon.calls.push({ method: "ClosePosition", request });
      const { symbol } = request;
      const position = held(symbol);
      const quantity = quantityOf(request, position?.quantity ?? "0");
      const order = { symbol, side: OrderSide.SELL, purpose: OrderPurpose.OPERATOR_EXIT, quantity };
      if (request.dryRun) {
        const expectedPrice = daemon.market.price;
        return { plan: planOf({ orders: [{ ...order, expectedPrice, value: "900", fee: "0.9" }] }) };
      }
      const execution = { filled: quantity, averagePrice: daemon.market.price, fees: "0.9" };
      return { symbol, quantity, execution };
    },
    setProtection: (request, context) => {
      daemon.access.require(context, Role.OPERATOR);
      daemon.calls.push({ method: "SetProtection", request });
      const { symbol } = request;
      const before = held(symbol)?.stopPrice ?? "";
      const after = request.stop ? levelOf(request.stop, before) : before;
      if (request.dryRun) {
        return { plan: planOf({ changes: [{ what: `${symbol} stop`, before, after }] }) };
      }
      const value = {
        symbol,
        stopPrice: after,
        targetPrice: "63960",
        stopKind: StopKind.OPERATOR,
        place: ProtectionPlace.VENUE,
      };
      return { effect: { sequence: daemon.record({ case: "protectionChanged", value }) } };
    },
  });
}
