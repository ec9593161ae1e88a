import { ExportButtons } from "@/components/export-buttons";
import { OrderService } from "@/gen/tradingd/v1/orders_pb";
import { useClient } from "@/lib/daemon";
import { daysRange } from "@/lib/days";
import { useOrdersAddress } from "../order-filters";

/** All orders of the chosen symbol and days, whatever tab is in view. */
export function ExportOrders() {
  const client = useClient(OrderService);
  const [{ symbol, from, to }] = useOrdersAddress();
  const { from: since, to: until } = daysRange(from, to);
  return (
    <ExportButtons
      name="orders"
      open={(format) =>
        client.exportOrders({
          filter: { format, symbol, ...(since ? { since } : {}), ...(until ? { until } : {}) },
        })
      }
    />
  );
}
