import { useMemo } from "react";
import { type ListTradesResponse, type Trade, TradeService } from "@/gen/tradingd/v1/trades_pb";
import { useClient } from "@/lib/daemon";
import { daysRange } from "@/lib/days";
import { useEndless } from "@/lib/use-endless";
import type { TradeFilters } from "../trade-filters";

const rowsOf = (page: ListTradesResponse) => page.trades;
const nextOf = (page: ListTradesResponse) => page.nextPageToken;
const idOf = (row: Trade) => String(row.id);

/** All closed trades that match, with what the daemon says of them together. */
export function useTradeList({ symbol, strategy, from, to }: TradeFilters) {
  const client = useClient(TradeService);
  const wanted = useMemo(
    () => ({ symbol, strategy, ...daysRange(from, to) }),
    [symbol, strategy, from, to],
  );
  return useEndless({
    topic: "trades",
    key: [symbol, strategy, from, to],
    load: (page, signal) => client.listTrades({ ...wanted, ...page }, { signal }),
    rowsOf,
    nextOf,
    idOf,
    newestFirst: true,
  });
}
