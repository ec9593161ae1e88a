// What each numbered record of the journal changes in the world. Records that change nothing the
// page shows still move the sequence; that is done by the caller.
import { create } from "@bufbuild/protobuf";
import { TradingState } from "@/gen/tradingd/v1/common_pb";
import type {
  ProtectionChanged,
  StrategySwitched,
  SubscribeResponse,
  TradingStateChanged,
} from "@/gen/tradingd/v1/events_pb";
import { type Order, OrderStatus } from "@/gen/tradingd/v1/orders_pb";
import type { Strategy } from "@/gen/tradingd/v1/strategies_pb";
import { TradingStateInfoSchema } from "@/gen/tradingd/v1/system_pb";
import type { Trade } from "@/gen/tradingd/v1/trades_pb";
import type { World } from "./world";

const TRADES_KEPT = 50;

const CAN_FILL = new Set([
  OrderStatus.INTENT,
  OrderStatus.ATTEMPTED,
  OrderStatus.WORKING,
  OrderStatus.PARTIALLY_FILLED,
  // It may be at the venue; until that is known it counts as live.
  OrderStatus.UNKNOWN,
]);

/** Also an order that has ended at the venue stays while fills of it have not come. */
function isOpen(order: Order): boolean {
  return CAN_FILL.has(order.status) || order.missingQuantity !== "";
}

/** What the record says itself, and the order it is about, in its newest state. */
export function applyRecord(world: World, message: SubscribeResponse): World {
  const changed = applyPayload(world, message);
  const { payload } = message;
  const order = message.order ?? (payload.case === "orderUpdated" ? payload.value : undefined);
  if (!order || order.clientOrderId === "") return changed;
  return { ...changed, openOrders: upsert(changed.openOrders, order) };
}

function applyPayload(world: World, message: SubscribeResponse): World {
  const { payload, sequence } = message;
  switch (payload.case) {
    case "tradingStateChanged":
      return changeState(world, payload.value, message);
    case "strategySwitched": {
      const strategies = switchStrategy(world.strategies, payload.value);
      return { ...world, strategies, strategiesSequence: sequence };
    }
    case "tradeClosed":
      return { ...world, recentTrades: addTrade(world.recentTrades, payload.value) };
    case "protectionChanged":
      return changeProtection(world, payload.value, sequence);
    case "positionClosed": {
      const { symbol } = payload.value;
      const positions = world.positions.filter((each) => each.symbol !== symbol);
      return { ...world, positions, positionsSequence: sequence };
    }
    default:
      return world;
  }
}

function changeState(world: World, change: TradingStateChanged, message: SubscribeResponse): World {
  if (!world.status) return world;
  const tradingState = create(TradingStateInfoSchema, {
    state: change.to,
    epoch: change.epoch,
    cause: change.cause,
    frozen: change.frozen,
    ...(message.at ? { since: message.at } : {}),
  });
  const entryBlocks = world.status.entryBlocks.filter((each) => each !== "trading_state");
  if (change.to !== TradingState.ACTIVE) entryBlocks.push("trading_state");
  return {
    ...world,
    status: { ...world.status, tradingState, entryBlocks },
    stateSequence: message.sequence,
  };
}

function switchStrategy(strategies: Strategy[], change: StrategySwitched): Strategy[] {
  return strategies.map((each) => {
    if (each.name !== change.strategy) return each;
    if (change.symbol === "") return { ...each, enabled: change.enabled };
    const statistics = each.statistics.map((row) =>
      row.symbol === change.symbol
        ? { ...row, autoDisabled: !change.enabled, autoDisabledReason: change.cause }
        : row,
    );
    return { ...each, statistics };
  });
}

function upsert(orders: Order[], order: Order): Order[] {
  const others = orders.filter((each) => each.clientOrderId !== order.clientOrderId);
  if (!isOpen(order)) return others.length === orders.length ? orders : others;
  if (others.length === orders.length) return [order, ...orders];
  return orders.map((each) => (each.clientOrderId === order.clientOrderId ? order : each));
}

function addTrade(trades: Trade[], trade: Trade): Trade[] {
  if (trades.some((each) => each.id === trade.id)) return trades;
  return [trade, ...trades].slice(0, TRADES_KEPT);
}

function changeProtection(world: World, change: ProtectionChanged, sequence: bigint): World {
  const positions = world.positions.map((each) =>
    each.symbol === change.symbol
      ? {
          ...each,
          stopPrice: change.stopPrice,
          targetPrice: change.targetPrice,
          firstTargetPrice: change.firstTargetPrice,
          stopKind: change.stopKind,
          protection: change.place,
          // Distances belong to the old prices; the next mark brings the new ones.
          stopDistancePct: "",
          targetDistancePct: "",
        }
      : each,
  );
  return { ...world, positions, positionsSequence: sequence };
}
