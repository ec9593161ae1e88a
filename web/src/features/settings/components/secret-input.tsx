import { Button } from "@/components/button";
import { TextField } from "@/components/text-field";
import type { Setting } from "@/gen/tradingd/v1/settings_pb";
import { t } from "@/lib/i18n";
import type { Draft } from "../drafts";

interface SecretInputProps {
  setting: Setting;
  draft: Draft | undefined;
  about: string;
  onChange(value: string): void;
}

/** Write-only: a new value, or none at all. What is there is never told. */
export function SecretInput({ setting, draft, onChange }: SecretInputProps) {
  const state = t(setting.secretSet ? "settings:secret.set" : "settings:secret.unset");
  return (
    <div className="grid gap-2">
      <TextField
        label={t("settings:secret.new")}
        aria-label={`${setting.key}: ${t("settings:secret.new")}`}
        hint={draft?.value === "" ? t("settings:secret.will_clear") : state}
        type="password"
        autoComplete="new-password"
        value={draft?.value ?? ""}
        onChange={onChange}
      />
      {setting.secretSet && draft === undefined && (
        <Button onClick={() => onChange("")}>{t("settings:secret.clear")}</Button>
      )}
    </div>
  );
}
