// The orders of a trade: those of its symbol that were filled while it was open. A trade does not
// name its orders, so what ended in its time is shown, the entry and the exit among them.
import { useQuery } from "@tanstack/react-query";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { OrderService } from "@/gen/tradingd/v1/orders_pb";
import type { Trade } from "@/gen/tradingd/v1/trades_pb";
import { useClient } from "@/lib/daemon";
import { timestampMs } from "@/lib/time";
import { useStoreId } from "@/lib/use-world";

/** An order leaves at the candle before its fill. */
const BEFORE_MS = 3_600_000;
const LOOKED_AT = 500;

export function useTradeOrders(trade: Trade) {
  const client = useClient(OrderService);
  const opened = timestampMs(trade.openedAt) ?? 0;
  const closed = timestampMs(trade.closedAt) ?? 0;
  return useQuery({
    queryKey: ["orders", useStoreId(), "of-trade", String(trade.id)],
    queryFn: async ({ signal }) => {
      const wanted = {
        symbol: trade.symbol,
        from: timestampFromMs(opened - BEFORE_MS),
        to: timestampFromMs(closed + 1),
        pageSize: LOOKED_AT,
      };
      const { orders } = await client.listOrders(wanted, { signal });
      return orders.filter((each) => {
        const ended = timestampMs(each.updatedAt) ?? 0;
        return each.averagePrice !== "" && ended >= opened && ended <= closed;
      });
    },
  });
}
