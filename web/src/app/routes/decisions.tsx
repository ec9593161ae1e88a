import { Page } from "@/components/page";
import { DecisionsCard } from "@/features/decisions/components/decisions-card";
import { t } from "@/lib/i18n";

export default function DecisionsRoute() {
  return (
    <Page title={t("nav:page.decisions")}>
      <DecisionsCard />
    </Page>
  );
}
