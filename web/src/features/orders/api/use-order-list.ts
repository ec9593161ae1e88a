import {
  type ListOrdersResponse,
  type Order,
  OrderService,
} from "@/gen/tradingd/v1/orders_pb";
import { useClient } from "@/lib/daemon";
import { daysRange } from "@/lib/days";
import { useEndless } from "@/lib/use-endless";
import { type OrderFilters, purposeOf, sideOf, statusesOf } from "../order-filters";

const rowsOf = (page: ListOrdersResponse) => page.orders;
const nextOf = (page: ListOrdersResponse) => page.nextPageToken;
const idOf = (row: Order) => row.clientOrderId;

/** All orders that match, newest first. */
export function useOrderList({ symbol, status, side, purpose, from, to }: OrderFilters) {
  const client = useClient(OrderService);
  const wanted = {
    symbol,
    statuses: statusesOf(status),
    side: sideOf(side),
    purpose: purposeOf(purpose),
    ...daysRange(from, to),
  };
  return useEndless({
    topic: "orders",
    key: ["list", symbol, status, side, purpose, from, to],
    load: (page, signal) => client.listOrders({ ...wanted, ...page }, { signal }),
    rowsOf,
    nextOf,
    idOf,
    newestFirst: true,
  });
}
