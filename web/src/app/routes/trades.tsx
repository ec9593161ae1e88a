import { Page } from "@/components/page";
import { TradesCard } from "@/features/trades/components/trades-card";
import { t } from "@/lib/i18n";

export default function TradesRoute() {
  return (
    <Page title={t("nav:page.trades")}>
      <TradesCard />
    </Page>
  );
}
