import { useState } from "react";
import { Tabs } from "@/components/tabs";
import { t } from "@/lib/i18n";
import { AlertHistory } from "./alert-history";
import { PresentAlerts } from "./present-alerts";

export function AlertTabs() {
  const [tab, setTab] = useState("open");
  return (
    <Tabs
      label={t("alerts:title")}
      value={tab}
      onChange={setTab}
      tabs={[
        { value: "open", label: t("alerts:open"), content: <PresentAlerts /> },
        { value: "history", label: t("alerts:history"), content: <AlertHistory /> },
      ]}
    />
  );
}
