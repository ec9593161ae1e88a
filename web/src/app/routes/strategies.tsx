import { Page } from "@/components/page";
import { StrategiesCard } from "@/features/strategies/components/strategies-card";
import { t } from "@/lib/i18n";

export default function StrategiesRoute() {
  return (
    <Page title={t("nav:page.strategies")}>
      <StrategiesCard />
    </Page>
  );
}
