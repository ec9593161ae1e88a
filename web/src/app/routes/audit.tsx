import { NeedsRole } from "@/components/needs-role";
import { Page } from "@/components/page";
import { AuditExport } from "@/features/audit/components/audit-export";
import { AuditView } from "@/features/audit/components/audit-view";
import { ChainCard } from "@/features/audit/components/chain-card";
import { AuditService } from "@/gen/tradingd/v1/audit_pb";
import { t } from "@/lib/i18n";
import { useAllowed } from "@/lib/permissions";

export default function AuditRoute() {
  const allowed = useAllowed(AuditService.method.listEvents);
  return (
    <Page title={t("nav:page.audit")} actions={allowed && <AuditExport />}>
      <NeedsRole allowed={allowed}>
        <ChainCard />
        <AuditView />
      </NeedsRole>
    </Page>
  );
}
