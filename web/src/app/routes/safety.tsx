import { Page } from "@/components/page";
import { AllAlertsCard } from "@/features/alerts/components/all-alerts-card";
import { CloseAllCard } from "@/features/emergency/components/close-all-card";
import { LiveOrdersCard } from "@/features/emergency/components/live-orders-card";
import { ProtectionCard } from "@/features/emergency/components/protection-card";
import { StateCard } from "@/features/emergency/components/state-card";
import { StateHistoryCard } from "@/features/emergency/components/state-history-card";
import { HealthCard } from "@/features/status/components/health-card";
import { t } from "@/lib/i18n";

export default function SafetyRoute() {
  return (
    <Page title={t("nav:page.safety")}>
      <StateCard />
      <ProtectionCard />
      <StateHistoryCard />
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <div className="grid min-w-0 gap-4">
          <CloseAllCard />
          <LiveOrdersCard />
        </div>
        <div className="grid min-w-0 gap-4">
          <AllAlertsCard />
          <HealthCard />
        </div>
      </div>
    </Page>
  );
}
