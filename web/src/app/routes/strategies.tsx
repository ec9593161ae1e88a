import { Page } from "@/components/page";
import { ComparisonCard } from "@/features/strategies/components/comparison-card";
import { StrategyList } from "@/features/strategies/components/strategy-list";
import { t } from "@/lib/i18n";

export default function StrategiesRoute() {
  return (
    <Page title={t("nav:page.strategies")}>
      <ComparisonCard />
      <StrategyList />
    </Page>
  );
}
