import { Page } from "@/components/page";
import { AlertsCard } from "@/features/alerts/components/alerts-card";
import { RegimesCard } from "@/features/market/components/regimes-card";
import { EngineCard } from "@/features/overview/components/engine-card";
import { EquityCard } from "@/features/overview/components/equity-card";
import { KeyFiguresCard } from "@/features/overview/components/key-figures-card";
import { PositionsShortCard } from "@/features/overview/components/positions-short-card";
import { StrategiesShortCard } from "@/features/overview/components/strategies-short-card";
import { TradesShortCard } from "@/features/overview/components/trades-short-card";
import { t } from "@/lib/i18n";
import { PAGES } from "../pages";

export default function OverviewRoute() {
  return (
    <Page title={t("nav:page.overview")}>
      <div className="grid gap-4 xl:grid-cols-3">
        <EquityCard
          className="xl:col-span-2"
          more={PAGES.find(({ name }) => name === "analytics")?.path}
        />
        <KeyFiguresCard />
      </div>
      <div className="grid items-start gap-4 md:grid-cols-2 2xl:grid-cols-3">
        <PositionsShortCard to="/positions" />
        <TradesShortCard to="/trades" />
        <StrategiesShortCard to="/strategies" />
        <RegimesCard />
        <AlertsCard />
        <EngineCard />
      </div>
    </Page>
  );
}
