// Closed trades of the in-memory daemon: listed in pages and exported, under the same filters.
import type { ConnectRouter } from "@connectrpc/connect";
import { type Timestamp, timestampMs } from "@bufbuild/protobuf/wkt";
import { type Trade, TradeService } from "@/gen/tradingd/v1/trades_pb";
import type { SampleDaemon } from "./sample-daemon";
import { exported } from "./sample-export";

interface Wanted {
  symbol: string;
  strategy: string;
  from?: Timestamp | undefined;
  to?: Timestamp | undefined;
}

function matches(trade: Trade, { symbol, strategy, from, to }: Wanted): boolean {
  const closed = trade.closedAt ? timestampMs(trade.closedAt) : 0;
  return (
    (symbol === "" || trade.symbol === symbol) &&
    (strategy === "" || trade.shares.some((each) => each.strategy === strategy)) &&
    (!from || closed >= timestampMs(from)) &&
    (!to || closed < timestampMs(to))
  );
}

/** Newest first. */
function allTrades(daemon: SampleDaemon): Trade[] {
  return [...daemon.trades.toSorted((a, b) => Number(b.id - a.id)), ...daemon.history];
}

const HEADING = "id,symbol,exit_reason,profit";
const line = (trade: Trade) =>
  [trade.id, trade.symbol, trade.exitReason, trade.profit].join(",");

export function sampleTrades(router: ConnectRouter, daemon: SampleDaemon): void {
  router.service(TradeService, {
    listTrades: (request, context) => {
      daemon.access.require(context);
      daemon.calls.push({ method: "ListTrades", request });
      const found = allTrades(daemon).filter((each) => matches(each, request));
      const from = Number(request.pageToken || "0");
      const to = from + (request.pageSize || 50);
      return {
        trades: found.slice(from, to),
        nextPageToken: to < found.length ? String(to) : "",
        total: BigInt(found.length),
        asOfSequence: daemon.sequence,
      };
    },
    async *exportTrades(request, context) {
      daemon.access.require(context);
      daemon.calls.push({ method: "ExportTrades", request });
      const { symbol = "", since: from, until: to } = request.filter ?? {};
      const found = allTrades(daemon).filter((each) =>
        matches(each, { symbol, strategy: "", from, to }),
      );
      yield* exported(HEADING, found.map(line));
    },
  });
}
