import { ExportButtons } from "@/components/export-buttons";
import { TradeService } from "@/gen/tradingd/v1/trades_pb";
import { useClient } from "@/lib/daemon";
import { exportRequest, useTradesAddress } from "../trade-filters";

/** Every trade that matches the filters, not only what is loaded. */
export function ExportTrades() {
  const client = useClient(TradeService);
  const [address] = useTradesAddress();
  const { filter, ...rest } = exportRequest(address);
  return (
    <ExportButtons
      name="trades"
      open={(format) => client.exportTrades({ ...rest, filter: { ...filter, format } })}
    />
  );
}
