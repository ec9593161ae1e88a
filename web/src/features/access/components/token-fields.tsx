import { RowsInput } from "@/components/rows-input";
import { SelectField } from "@/components/select-field";
import { TextField } from "@/components/text-field";
import type { Role } from "@/gen/tradingd/v1/auth_pb";
import { t } from "@/lib/i18n";
import { METHODS } from "../methods";
import { LIVES, type TokenForm } from "../token-form";
import { ROLES, roleText } from "../wording";

interface TokenFieldsProps {
  form: TokenForm;
  /** The highest role that may be given. */
  most: Role;
  /** Narrower than another token: what is left out stays as it has it. */
  derived?: boolean;
  onChange(form: TokenForm): void;
}

export function TokenFields({ form, most, derived = false, onChange }: TokenFieldsProps) {
  const put = (change: Partial<TokenForm>) => onChange({ ...form, ...change });
  const roles = ROLES.filter((role) => role <= most).map((role) => ({ value: String(role), label: roleText(role) }));
  const lives = LIVES.map((value) => ({ value: value as string, label: t(`access:life.${value}`) }));
  const same = t("access:token.same");
  return (
    <>
      <TextField label={t("access:token.name")} hint={t("access:name_hint")} autoComplete="off" value={form.name} onChange={(name) => put({ name })} />
      <div className="grid gap-3 sm:grid-cols-2">
        <SelectField
          label={t("access:column.role")}
          options={derived ? [{ value: "0", label: same }, ...roles] : roles}
          value={String(form.role)}
          onChange={(next) => put({ role: Number(next) })}
        />
        <SelectField
          label={t("access:token.life")}
          options={derived ? [{ value: "", label: same }, ...lives] : lives}
          value={form.life}
          onChange={(life) => put({ life })}
        />
      </div>
      <Limit label={t("access:token.methods")} hint={t("access:token.methods_hint")} value={form.methods} suggestions={METHODS} onChange={(methods) => put({ methods })} />
      <Limit label={t("access:token.symbols")} hint={t("access:token.symbols_hint")} value={form.symbols} onChange={(symbols) => put({ symbols })} />
      <Limit label={t("access:token.sources")} hint={t("access:token.sources_hint")} value={form.sources} onChange={(sources) => put({ sources })} />
    </>
  );
}

interface LimitProps {
  label: string;
  hint: string;
  value: string;
  suggestions?: string[];
  onChange(value: string): void;
}

function Limit({ label, hint, ...rows }: LimitProps) {
  return (
    <div className="grid gap-1">
      <p className="text-sm font-medium">{label}</p>
      <p className="text-xs text-muted">{hint}</p>
      <RowsInput label={label} pairs={false} {...rows} />
    </div>
  );
}
