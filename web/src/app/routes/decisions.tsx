import { Card } from "@/components/card";
import { Page } from "@/components/page";
import { ExplanationCard } from "@/features/decisions/components/explanation-card";
import { FilterBar } from "@/features/decisions/components/filter-bar";
import { GridCard } from "@/features/decisions/components/grid-card";
import { MatchingCard } from "@/features/decisions/components/matching-card";
import { ReasonsCard } from "@/features/decisions/components/reasons-card";
import { WhyForm } from "@/features/decisions/components/why-form";
import { t } from "@/lib/i18n";

export default function DecisionsRoute() {
  return (
    <Page title={t("nav:page.decisions")}>
      <Card title={t("decisions:find")}>
        <div className="flex flex-wrap gap-x-10 gap-y-4">
          <WhyForm />
          <FilterBar />
        </div>
      </Card>
      <GridCard />
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <ExplanationCard />
        <ReasonsCard />
      </div>
      <MatchingCard />
    </Page>
  );
}
