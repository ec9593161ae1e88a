// Closed trades of the in-memory daemon: listed in pages and exported, under the same filters.
import type { ConnectRouter } from "@connectrpc/connect";
import { type Timestamp, timestampMs } from "@bufbuild/protobuf/wkt";
import { type Trade, TradeService, TradeSort } from "@/gen/tradingd/v1/trades_pb";
import { TradeOutcome } from "@/gen/tradingd/v1/exports_pb";
import type { SampleDaemon } from "./sample-daemon";
import { exported } from "./sample-export";

interface Wanted {
  symbol: string;
  strategy: string;
  outcome: TradeOutcome;
  from?: Timestamp | undefined;
  to?: Timestamp | undefined;
}

const won = ({ profit }: Trade) => Number(profit) > 0;

/** What a trade is sorted by; floats are fine here: nothing of it is money. */
const VALUE: Partial<Record<TradeSort, (trade: Trade) => number>> = {
  [TradeSort.PROFIT]: ({ profit }) => Number(profit),
  [TradeSort.PROFIT_PCT]: ({ profitPct }) => Number(profitPct),
  [TradeSort.QUANTITY]: ({ quantity }) => Number(quantity),
  [TradeSort.FEES]: ({ fees }) => Number(fees),
};

function sorted(trades: Trade[], sort: TradeSort, ascending: boolean): Trade[] {
  const value = VALUE[sort];
  const greatestFirst = value ? trades.toSorted((a, b) => value(b) - value(a)) : trades;
  return ascending ? greatestFirst.toReversed() : greatestFirst;
}

function sumOf(trades: Trade[], of: (trade: Trade) => string): string {
  return trades.reduce((sum, each) => sum + Number(of(each)), 0).toFixed(2);
}

function matches(trade: Trade, { symbol, strategy, outcome, from, to }: Wanted): boolean {
  const closed = trade.closedAt ? timestampMs(trade.closedAt) : 0;
  return (
    (symbol === "" || trade.symbol === symbol) &&
    (outcome === TradeOutcome.UNSPECIFIED || won(trade) === (outcome === TradeOutcome.WON)) &&
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
      const all = allTrades(daemon).filter((each) => matches(each, request));
      const found = sorted(all, request.sort, request.ascending);
      const from = Number(request.pageToken || "0");
      const to = from + (request.pageSize || 50);
      return {
        trades: found.slice(from, to),
        nextPageToken: to < found.length ? String(to) : "",
        total: BigInt(found.length),
        sumProfit: sumOf(found, (each) => each.profit),
        sumFees: sumOf(found, (each) => each.fees),
        won: BigInt(found.filter(won).length),
        asOfSequence: daemon.sequence,
      };
    },
    async *exportTrades(request, context) {
      daemon.access.require(context);
      daemon.calls.push({ method: "ExportTrades", request });
      const { symbol = "", since: from, until: to } = request.filter ?? {};
      const found = allTrades(daemon).filter((each) =>
        matches(each, { symbol, strategy: request.strategy, outcome: request.outcome, from, to }),
      );
      yield* exported(HEADING, found.map(line));
    },
  });
}
