import { NeedsRole } from "@/components/needs-role";
import { Page } from "@/components/page";
import { LogsView } from "@/features/logs/components/logs-view";
import { LogService } from "@/gen/tradingd/v1/logs_pb";
import { t } from "@/lib/i18n";
import { useAllowed } from "@/lib/permissions";

export default function LogsRoute() {
  const allowed = useAllowed(LogService.method.tailLogs);
  return (
    <Page title={t("nav:page.logs")}>
      <NeedsRole allowed={allowed}>
        <LogsView />
      </NeedsRole>
    </Page>
  );
}
