// What the in-memory daemon knows of its strategies' last trades.
import type { ConnectRouter } from "@connectrpc/connect";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { StrategyService } from "@/gen/tradingd/v1/strategies_pb";
import { DATA_START } from "./fixtures";
import type { SampleDaemon } from "./sample-daemon";

const PROFITS = ["12.5", "-4.25", "8", "14"];
const RUNNING = ["12.5", "8.25", "16.25", "30.25"];

export function sampleStrategies(router: ConnectRouter, daemon: SampleDaemon): void {
  router.rpc(StrategyService.method.listStrategyProfits, () => ({
    asOfSequence: daemon.sequence,
    strategies: daemon.strategies.map(({ name, trades }) => ({
      strategy: name,
      points: PROFITS.slice(0, Number(trades)).map((profit, at) => ({
        tradeId: BigInt(at + 1),
        symbol: "BTCUSDT",
        closedAt: timestampFromMs(DATA_START + at * 3_600_000),
        profit,
        runningProfit: RUNNING[at] ?? "0",
      })),
    })),
  }));
}
