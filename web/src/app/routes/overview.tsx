import { Page } from "@/components/page";
import { DecisionsCard } from "@/features/decisions/components/decisions-card";
import { RegimesCard } from "@/features/market/components/regimes-card";
import { OpenOrdersCard } from "@/features/orders/components/open-orders-card";
import { EquityCard } from "@/features/overview/components/equity-card";
import { KeyFiguresCard } from "@/features/overview/components/key-figures-card";
import { PositionsCard } from "@/features/positions/components/positions-card";
import { HealthCard } from "@/features/status/components/health-card";
import { StrategiesCard } from "@/features/strategies/components/strategies-card";
import { TradesCard } from "@/features/trades/components/trades-card";
import { t } from "@/lib/i18n";

export default function OverviewRoute() {
  return (
    <Page title={t("nav:page.overview")}>
      <div className="grid gap-4 xl:grid-cols-[2fr_1fr]">
        <EquityCard />
        <KeyFiguresCard />
      </div>
      <PositionsCard />
      <div className="grid items-start gap-4 xl:grid-cols-[3fr_2fr]">
        <div className="grid min-w-0 gap-4">
          <StrategiesCard />
          <TradesCard />
          <OpenOrdersCard />
        </div>
        <div className="grid min-w-0 gap-4">
          <DecisionsCard />
          <RegimesCard />
          <HealthCard />
        </div>
      </div>
    </Page>
  );
}
