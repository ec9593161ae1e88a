import { useEffect, useRef } from "react";
import { TextField } from "@/components/text-field";
import { t } from "@/lib/i18n";

interface CodeFieldProps {
  hint?: string;
  value: string;
  onChange(value: string): void;
}

/** Six digits of an authenticator; comes when it is wanted and takes the focus then. */
export function CodeField({ hint, value, onChange }: CodeFieldProps) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => frame.current?.querySelector("input")?.focus(), []);
  return (
    <div ref={frame}>
      <TextField
        label={t("auth:login.code")}
        hint={hint ?? t("auth:login.code_hint")}
        name="one-time-code"
        autoComplete="one-time-code"
        inputMode="numeric"
        maxLength={6}
        required
        value={value}
        onChange={onChange}
      />
    </div>
  );
}
