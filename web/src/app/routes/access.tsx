import { Page } from "@/components/page";
import { AccessView } from "@/features/access/components/access-view";
import { t } from "@/lib/i18n";

export default function AccessRoute() {
  return (
    <Page title={t("nav:page.access")}>
      <AccessView />
    </Page>
  );
}
