import { ExportButtons } from "@/components/export-buttons";
import { TradeService } from "@/gen/tradingd/v1/trades_pb";
import { useClient } from "@/lib/daemon";
import { daysRange } from "@/lib/days";
import { useTradesAddress } from "../trade-filters";

/** Every trade that matches the filters, not only what is loaded. */
export function ExportTrades() {
  const client = useClient(TradeService);
  const [{ symbol, strategy, from, to }] = useTradesAddress();
  const { from: since, to: until } = daysRange(from, to);
  const filter = { symbol, ...(since ? { since } : {}), ...(until ? { until } : {}) };
  // A file of more than the filters say would be taken for what they say.
  if (strategy !== "") return null;
  return (
    <ExportButtons
      name="trades"
      open={(format) => client.exportTrades({ filter: { ...filter, format } })}
    />
  );
}
