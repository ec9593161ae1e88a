import { Page } from "@/components/page";
import { ChartCard } from "@/features/chart/components/chart-card";
import { ChosenCandleCard } from "@/features/chart/components/chosen-candle-card";
import { ExplainedCandle } from "@/features/decisions/components/explained-candle";
import { t } from "@/lib/i18n";

export default function ChartRoute() {
  return (
    <Page title={t("nav:page.chart")}>
      <ChartCard />
      <ChosenCandleCard explanation={ExplainedCandle} />
    </Page>
  );
}
