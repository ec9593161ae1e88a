import { Page } from "@/components/page";
import { DenialsCard } from "@/features/risk/components/denials-card";
import { FiguresPanel } from "@/features/risk/components/figures-panel";
import { LimitsPanel } from "@/features/risk/components/limits-panel";
import { t } from "@/lib/i18n";

export default function RiskRoute() {
  return (
    <Page title={t("nav:page.risk")}>
      <FiguresPanel />
      <LimitsPanel />
      <DenialsCard />
    </Page>
  );
}
