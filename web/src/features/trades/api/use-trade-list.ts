import { type ListTradesResponse, type Trade, TradeService } from "@/gen/tradingd/v1/trades_pb";
import { useClient } from "@/lib/daemon";
import { useEndless } from "@/lib/use-endless";
import { type TradesAddress, isNewestFirst, listRequest } from "../trade-filters";

const rowsOf = (page: ListTradesResponse) => page.trades;
const nextOf = (page: ListTradesResponse) => page.nextPageToken;
const idOf = (row: Trade) => String(row.id);

/** All closed trades that match, with what the daemon says of them together. */
export function useTradeList(address: TradesAddress) {
  const client = useClient(TradeService);
  // Which trade is open in the drawer says nothing about the list.
  const { trade: _open, ...list } = address;
  return useEndless({
    topic: "trades",
    key: Object.values(list),
    load: (page, signal) => client.listTrades({ ...listRequest(address), ...page }, { signal }),
    rowsOf,
    nextOf,
    idOf,
    newestFirst: isNewestFirst(address),
  });
}
