// The rows behind the figures of this range, as files.
import { Card } from "@/components/card";
import { ExportButtons } from "@/components/export-buttons";
import type { ExportFormat } from "@/gen/tradingd/v1/exports_pb";
import { OrderService } from "@/gen/tradingd/v1/orders_pb";
import { PortfolioService } from "@/gen/tradingd/v1/portfolio_pb";
import { TradeService } from "@/gen/tradingd/v1/trades_pb";
import { useClient } from "@/lib/daemon";
import { t } from "@/lib/i18n";
import { useAnalytics } from "../api/use-analytics";

export function ExportsCard() {
  const { data } = useAnalytics();
  const trades = useClient(TradeService);
  const orders = useClient(OrderService);
  const portfolio = useClient(PortfolioService);
  const filter = (format: ExportFormat) => ({
    filter: {
      format,
      ...(data?.from ? { since: data.from } : {}),
      ...(data?.to ? { until: data.to } : {}),
    },
  });
  const files = [
    { name: "trades" as const, open: (format: ExportFormat) => trades.exportTrades(filter(format)) },
    { name: "orders" as const, open: (format: ExportFormat) => orders.exportOrders(filter(format)) },
    { name: "ledger" as const, open: (format: ExportFormat) => portfolio.exportLedger(filter(format)) },
  ];
  return (
    <Card title={t("analytics:exports.title")} aside={t("analytics:exports.aside")}>
      <ul className="grid gap-3 md:grid-cols-3">
        {files.map(({ name, open }) => (
          <li key={name}>
            <div role="group" aria-label={t(`analytics:exports.${name}`)} className="grid content-start gap-2">
              <p className="text-sm font-medium">{t(`analytics:exports.${name}`)}</p>
              <div className="flex flex-wrap gap-2">
                <ExportButtons name={name} open={open} />
              </div>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}
