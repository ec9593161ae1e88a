import { Page } from "@/components/page";
import { BreakdownCard } from "@/features/analytics/components/breakdown-card";
import { CostsCard } from "@/features/analytics/components/costs-card";
import { CurveCard } from "@/features/analytics/components/curve-card";
import { DistributionCard } from "@/features/analytics/components/distribution-card";
import { ExportsCard } from "@/features/analytics/components/exports-card";
import { HoursCard } from "@/features/analytics/components/hours-card";
import { MonthsCard } from "@/features/analytics/components/months-card";
import { RangeBar } from "@/features/analytics/components/range-bar";
import { StatisticsCard } from "@/features/analytics/components/statistics-card";
import { t } from "@/lib/i18n";

export default function AnalyticsRoute() {
  return (
    <Page title={t("nav:page.analytics")} actions={<RangeBar />}>
      <StatisticsCard />
      <CurveCard />
      <MonthsCard />
      <BreakdownCard />
      <div className="grid items-start gap-4 xl:grid-cols-[2fr_3fr]">
        <DistributionCard />
        <HoursCard />
      </div>
      <CostsCard />
      <ExportsCard />
    </Page>
  );
}
