import { ExecutionStyle } from "@/gen/tradingd/v1/common_pb";
import {
  type Execution,
  type ListExecutionsResponse,
  OrderService,
} from "@/gen/tradingd/v1/orders_pb";
import { useClient } from "@/lib/daemon";
import { useEndless } from "@/lib/use-endless";
import { type OrdersAddress, purposeOf } from "../order-filters";

export const STYLES = [
  "MARKET",
  "LIMIT",
  "LIMIT_THEN_MARKET",
  "POST_ONLY",
  "TWAP",
  "ICEBERG",
  "RESTING",
] as const;

function styleOf(value: string): ExecutionStyle {
  const known = STYLES.find((each) => each === value);
  return known ? ExecutionStyle[known] : ExecutionStyle.UNSPECIFIED;
}

const rowsOf = (page: ListExecutionsResponse) => page.executions;
const nextOf = (page: ListExecutionsResponse) => page.nextPageToken;
/** An intent may be worked in parts that end at different times. */
const idOf = (row: Execution) => `${row.intent} ${row.at?.seconds} ${row.filled}`;

/** What intents came to, newest first. */
export function useExecutionList({ symbol, purpose, style }: OrdersAddress) {
  const client = useClient(OrderService);
  return useEndless({
    topic: "executions",
    key: [symbol, purpose, style],
    load: (page, signal) =>
      client.listExecutions(
        { symbol, purpose: purposeOf(purpose), style: styleOf(style), ...page },
        { signal },
      ),
    rowsOf,
    nextOf,
    idOf,
    newestFirst: true,
  });
}
