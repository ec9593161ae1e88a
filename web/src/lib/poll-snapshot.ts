// The same snapshot the stream would bring, put together from unary calls, for when no stream can
// be held. The status is asked for first: what the other answers contain is never older than its
// sequence, and records applied twice change nothing.
import { create } from "@bufbuild/protobuf";
import { type Transport, createClient } from "@connectrpc/connect";
import { SnapshotSchema } from "@/gen/tradingd/v1/events_pb";
import { OrderService } from "@/gen/tradingd/v1/orders_pb";
import { PortfolioService } from "@/gen/tradingd/v1/portfolio_pb";
import { PositionService } from "@/gen/tradingd/v1/positions_pb";
import { StrategyService } from "@/gen/tradingd/v1/strategies_pb";
import { SystemService } from "@/gen/tradingd/v1/system_pb";
import { TradeService } from "@/gen/tradingd/v1/trades_pb";
import { type World, worldFrom } from "./world";

const ORDERS_ASKED = 500;
const TRADES_ASKED = 50;

export async function pollWorld(transport: Transport, signal: AbortSignal): Promise<World> {
  const options = { signal };
  const status = await createClient(SystemService, transport).getStatus({}, options);
  const [portfolio, positions, orders, strategies, trades] = await Promise.all([
    createClient(PortfolioService, transport).getPortfolio({}, options),
    createClient(PositionService, transport).listPositions({}, options),
    createClient(OrderService, transport).listOrders(
      { openOnly: true, pageSize: ORDERS_ASKED },
      options,
    ),
    createClient(StrategyService, transport).listStrategies({}, options),
    createClient(TradeService, transport).listTrades({ pageSize: TRADES_ASKED }, options),
  ]);
  const snapshot = create(SnapshotSchema, {
    storeId: status.storeId,
    status,
    portfolio,
    positions: positions.positions,
    openOrders: orders.orders,
    strategies: strategies.strategies,
    recentTrades: trades.trades,
  });
  return worldFrom(snapshot, status.sequence, Date.now());
}
