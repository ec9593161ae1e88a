import { Page } from "@/components/page";
import { PositionsCard } from "@/features/positions/components/positions-card";
import { t } from "@/lib/i18n";

export default function PositionsRoute() {
  return (
    <Page title={t("nav:page.positions")}>
      <PositionsCard />
    </Page>
  );
}
