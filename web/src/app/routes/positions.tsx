import { Page } from "@/components/page";
import { PositionsPanel } from "@/features/positions/components/positions-panel";
import { t } from "@/lib/i18n";

export default function PositionsRoute() {
  return (
    <Page title={t("nav:page.positions")}>
      <PositionsPanel />
    </Page>
  );
}
