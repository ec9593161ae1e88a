import { TextField } from "@/components/text-field";
import { t } from "@/lib/i18n";

export interface Passwords {
  password: string;
  again: string;
}

export function passwordsReady({ password, again }: Passwords): boolean {
  return password !== "" && password === again;
}

export function PasswordFields({ value, onChange }: { value: Passwords; onChange(value: Passwords): void }) {
  const differ = value.again !== "" && value.again !== value.password;
  return (
    <>
      <TextField
        label={t("access:password")}
        hint={t("access:password_hint")}
        type="password"
        autoComplete="new-password"
        value={value.password}
        onChange={(password) => onChange({ ...value, password })}
      />
      <TextField
        label={t("access:password_again")}
        problem={differ ? t("access:password_differs") : ""}
        type="password"
        autoComplete="new-password"
        value={value.again}
        onChange={(again) => onChange({ ...value, again })}
      />
    </>
  );
}
