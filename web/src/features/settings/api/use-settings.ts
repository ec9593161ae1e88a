import { useQuery } from "@tanstack/react-query";
import { SettingsService } from "@/gen/tradingd/v1/settings_pb";
import { useClient } from "@/lib/daemon";
import { usePreferences } from "@/lib/preferences";
import { familyKey, loadSettingTexts } from "@/lib/setting-texts";

export function useSettings() {
  const settings = useClient(SettingsService);
  return useQuery({
    queryKey: ["settings", "list"],
    queryFn: () => settings.listSettings({}),
  });
}

/** Descriptions and ranges in the user's language; the daemon's own words where there are none. */
export function useSettingTexts() {
  const { language } = usePreferences();
  const { data } = useQuery({
    queryKey: ["setting-texts", language],
    queryFn: () => loadSettingTexts(language),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return {
    description: (setting: { key: string; description: string }) =>
      data?.descriptions[familyKey(setting.key)] ?? setting.description,
    range: (setting: { key: string; range: string }) =>
      data?.ranges[familyKey(setting.key)] ?? setting.range,
  };
}
