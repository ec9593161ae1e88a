import { useMemo } from "react";
import {
  type ListOrdersResponse,
  type Order,
  OrderService,
} from "@/gen/tradingd/v1/orders_pb";
import { useClient } from "@/lib/daemon";
import { daysRange } from "@/lib/days";
import { useEndless } from "@/lib/use-endless";
import type { OrderFilters } from "../order-filters";

const rowsOf = (page: ListOrdersResponse) => page.orders;
const nextOf = (page: ListOrdersResponse) => page.nextPageToken;
const idOf = (row: Order) => row.clientOrderId;

/** All orders that match, newest first. */
export function useOrderList({ symbol, from, to }: OrderFilters) {
  const client = useClient(OrderService);
  const wanted = useMemo(() => ({ symbol, ...daysRange(from, to) }), [symbol, from, to]);
  return useEndless({
    topic: "orders",
    key: ["list", symbol, from, to],
    load: (page, signal) => client.listOrders({ ...wanted, ...page }, { signal }),
    rowsOf,
    nextOf,
    idOf,
    newestFirst: true,
  });
}
