import { Loaded } from "@/components/loaded";
import { Tabs } from "@/components/tabs";
import { t } from "@/lib/i18n";
import { useAddress } from "@/lib/search";
import { useSettings } from "../api/use-settings";
import { CompareTab } from "./compare-tab";
import { HistoryTab } from "./history-tab";
import { ValuesTab } from "./values-tab";

export function SettingsView() {
  const [{ tab }, put] = useAddress({ tab: "values" });
  const query = useSettings();
  return (
    <Loaded query={query} what={t("nav:page.settings")}>
      {({ settings, version }) => (
        <Tabs
          label={t("nav:page.settings")}
          value={tab}
          onChange={(next) => put({ tab: next })}
          tabs={[
            {
              value: "values",
              label: t("settings:tab.values"),
              content: <ValuesTab settings={settings} version={version} />,
            },
            {
              value: "history",
              label: t("settings:tab.history"),
              content: <HistoryTab settings={settings} version={version} />,
            },
            {
              value: "compare",
              label: t("settings:tab.compare"),
              content: <CompareTab settings={settings} version={version} />,
            },
          ]}
        />
      )}
    </Loaded>
  );
}
