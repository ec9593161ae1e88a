import { Card } from "@/components/card";
import { t } from "@/lib/i18n";
import { AlertTabs } from "./alert-tabs";

/** All of them with their history, for the Safety page. */
export function AllAlertsCard() {
  return (
    <Card title={t("alerts:title")}>
      <AlertTabs />
    </Card>
  );
}
