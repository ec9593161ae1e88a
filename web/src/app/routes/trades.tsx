import { Page } from "@/components/page";
import { ExportTrades } from "@/features/trades/components/export-trades";
import { TradesPanel } from "@/features/trades/components/trades-panel";
import { t } from "@/lib/i18n";

export default function TradesRoute() {
  return (
    <Page title={t("nav:page.trades")} actions={<ExportTrades />}>
      <TradesPanel />
    </Page>
  );
}
