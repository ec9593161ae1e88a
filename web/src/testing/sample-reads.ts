// What the in-memory daemon answers to questions.
import type { ConnectRouter } from "@connectrpc/connect";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { OrderService } from "@/gen/tradingd/v1/orders_pb";
import { PortfolioService } from "@/gen/tradingd/v1/portfolio_pb";
import { PositionService } from "@/gen/tradingd/v1/positions_pb";
import { SystemService } from "@/gen/tradingd/v1/system_pb";
import { TradeService } from "@/gen/tradingd/v1/trades_pb";
import type { SampleDaemon } from "./sample-daemon";

export function sampleReads(router: ConnectRouter, daemon: SampleDaemon): void {
  const { access, market } = daemon;
  router.service(SystemService, {
    getStatus: (_request, context) => {
      access.require(context);
      return daemon.status();
    },
  });
  router.service(PortfolioService, {
    getPortfolio: () => market.portfolio(),
    listEquityPoints: () => ({
      points: market.history.map(({ at, equity }) => ({
        at: timestampFromMs(at),
        equity: equity.toFixed(8),
      })),
    }),
  });
  router.service(PositionService, {
    listPositions: () => ({ positions: market.positions(), asOfSequence: daemon.sequence }),
  });
  router.service(OrderService, {
    listOrders: () => ({ orders: daemon.openOrders, asOfSequence: daemon.sequence }),
  });
  router.service(TradeService, {
    listTrades: () => ({ trades: daemon.trades, total: 2n, asOfSequence: daemon.sequence }),
  });
}
