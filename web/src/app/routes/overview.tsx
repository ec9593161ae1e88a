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

const COLUMN = "grid min-w-0 gap-4";

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
      {/* Columns of their own height, so that no card leaves a hole beside a longer one. */}
      <div className="grid items-start gap-4 md:grid-cols-2 2xl:grid-cols-3">
        <div className={COLUMN}>
          <PositionsShortCard to="/positions" />
          <StrategiesShortCard to="/strategies" />
        </div>
        <div className={COLUMN}>
          <TradesShortCard to="/trades" />
          <RegimesCard />
        </div>
        <div className={`${COLUMN} items-start md:col-span-2 md:grid-cols-2 2xl:col-span-1 2xl:grid-cols-1`}>
          <AlertsCard />
          <EngineCard />
        </div>
      </div>
    </Page>
  );
}
