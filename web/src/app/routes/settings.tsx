import { Page } from "@/components/page";
import { LeaveGuard } from "@/features/settings/components/leave-guard";
import { SettingsView } from "@/features/settings/components/settings-view";
import { t } from "@/lib/i18n";

export default function SettingsRoute() {
  return (
    <Page title={t("nav:page.settings")}>
      <SettingsView />
      <LeaveGuard />
    </Page>
  );
}
