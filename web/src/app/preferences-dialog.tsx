import { Button } from "@/components/button";
import { Choice } from "@/components/choice";
import { Modal } from "@/components/modal";
import { SelectField } from "@/components/select-field";
import { Switch } from "@/components/switch";
import { chooseLanguage, t } from "@/lib/i18n";
import { type Language, type Toasts, setPreferences, usePreferences } from "@/lib/preferences";
import { useStore } from "@/lib/store";
import { theme, toggleTheme } from "@/lib/theme";

const LANGUAGES: { value: Language; label: string }[] = [
  { value: "en", label: "English" },
  { value: "ko", label: "한국어" },
];

/** Where most traders sit; everybody else has the zone of their browser. */
const ZONES = [
  "America/Los_Angeles",
  "America/Chicago",
  "America/New_York",
  "America/Sao_Paulo",
  "Europe/London",
  "Europe/Berlin",
  "Asia/Dubai",
  "Asia/Kolkata",
  "Asia/Singapore",
  "Asia/Shanghai",
  "Asia/Seoul",
  "Asia/Tokyo",
  "Australia/Sydney",
];

function zones(chosen: string): { value: string; label: string }[] {
  const { timeZone: zone } = Intl.DateTimeFormat().resolvedOptions();
  const own = [
    { value: "UTC", label: t("shell:preferences.utc") },
    { value: "local", label: t("shell:preferences.local", { zone }) },
  ];
  const known = [...own.map(({ value }) => value), ...ZONES];
  const named = known.includes(chosen) ? ZONES : [chosen, ...ZONES];
  return [...own, ...named.map((value) => ({ value, label: value.replaceAll("_", " ") }))];
}

function notices(): { value: Toasts; label: string }[] {
  return [
    { value: "all", label: t("shell:preferences.notices_all") },
    { value: "alerts", label: t("shell:preferences.notices_alerts") },
    { value: "none", label: t("shell:preferences.notices_none") },
  ];
}

export function PreferencesDialog({ onClose }: { onClose(): void }) {
  const { language, timeZone, palette, toasts } = usePreferences();
  const shown = useStore(theme);
  const blue = palette === "colour-blind";
  return (
    <Modal title={t("shell:preferences.title")} onClose={onClose}>
      <div className="grid gap-4">
        <SelectField
          label={t("shell:preferences.language")}
          options={LANGUAGES}
          value={language}
          onChange={(value) => void chooseLanguage(value)}
        />
        <SelectField
          label={t("shell:preferences.time_zone")}
          options={zones(timeZone)}
          value={timeZone}
          onChange={(value) => setPreferences({ timeZone: value })}
        />
        <SelectField
          label={t("shell:preferences.notices")}
          options={notices()}
          value={toasts}
          onChange={(value) => setPreferences({ toasts: value })}
        />
        <div className="grid justify-items-start gap-1 text-sm">
          <span className="text-xs text-muted">{t("shell:preferences.colours")}</span>
          <Choice
            label={t("shell:preferences.colours")}
            options={[
              { value: "dark", label: t("shell:preferences.dark") },
              { value: "light", label: t("shell:preferences.light") },
            ]}
            value={shown}
            onChange={(value) => value !== shown && toggleTheme()}
          />
        </div>
        <div className="flex items-center justify-between gap-4 text-sm">
          <span>{t("shell:preferences.palette")}</span>
          <Switch
            label={t("shell:preferences.palette")}
            on={blue}
            onChange={(on) => setPreferences({ palette: on ? "colour-blind" : "standard" })}
          />
        </div>
        <div className="flex items-center justify-between gap-4">
          <p className="text-xs text-muted">{t("shell:preferences.kept")}</p>
          <Button onClick={onClose}>{t("close")}</Button>
        </div>
      </div>
    </Modal>
  );
}
