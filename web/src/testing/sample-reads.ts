// What the in-memory daemon answers to questions.
import type { ConnectRouter } from "@connectrpc/connect";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { PortfolioService } from "@/gen/tradingd/v1/portfolio_pb";
import { SystemService } from "@/gen/tradingd/v1/system_pb";
import type { SampleDaemon } from "./sample-daemon";

export function sampleReads(router: ConnectRouter, daemon: SampleDaemon): void {
  const { access, market } = daemon;
  router.service(SystemService, {
    getResources: () => ({
      cycle: timing(640_000),
      tickToOrder: timing(1_900_000),
      commit: timing(4_200_000),
    }),
    getVersion: () => ({
      version: "0.1.0",
      protocol: "tradingd.v1",
      protocolVersion: "1.1",
      build: "rustc 1.90 x86_64",
      capabilities: ["resume-stream"],
      minimumClient: "0.1.0",
    }),
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
}

function timing(nanos: number) {
  const span = { nanos };
  return { count: 240n, last: span, mean: span, max: span, p50: span, p95: span, p99: span };
}
