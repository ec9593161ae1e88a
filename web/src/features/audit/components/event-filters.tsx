import { useState } from "react";
import { Button } from "@/components/button";
import { SelectField } from "@/components/select-field";
import { t } from "@/lib/i18n";
import { zoneName } from "@/lib/time";
import { type Filters, NO_FILTER, SEVERITIES, TYPES } from "../filters";
import { severityText, typeText } from "../wording";

interface EventFiltersProps {
  filters: Filters;
  onChange(change: Partial<Filters>): void;
}

const MORE = ["who", "source", "symbol", "request", "since", "until"] as const;

export function EventFilters({ filters, onChange }: EventFiltersProps) {
  const further = MORE.filter((name) => filters[name] !== "").length;
  const [wanted, setWanted] = useState(false);
  // What narrows the list is never hidden.
  const open = wanted || further > 0;
  const any = Object.values(filters).some((value) => value !== "");
  const all = { value: "", label: t("all") };
  return (
    <form role="search" aria-label={t("audit:filter.label")} className="grid gap-3" onSubmit={(event) => event.preventDefault()}>
      <div className="flex flex-wrap items-end gap-3">
        <Field type="search" name="text" filters={filters} onChange={onChange} />
        <SelectField
          label={t("audit:filter.type")}
          options={[all, ...TYPES.map((value) => ({ value, label: typeText(value) }))]}
          value={filters.type}
          onChange={(type) => onChange({ type })}
        />
        <SelectField
          label={t("audit:filter.severity")}
          options={[all, ...SEVERITIES.map((value) => ({ value, label: severityText(value) }))]}
          value={filters.severity}
          onChange={(severity) => onChange({ severity })}
        />
        <Button aria-expanded={open} onClick={() => setWanted(!open)}>
          {further > 0 ? t("audit:filter.more_count", { count: further }) : t("audit:filter.more")}
        </Button>
        {any && <Button onClick={() => onChange(NO_FILTER)}>{t("audit:filter.clear")}</Button>}
      </div>
      {open && (
        <div className="flex flex-wrap items-end gap-3">
          {MORE.map((name) => (
            <Field
              key={name}
              type={name === "since" || name === "until" ? "datetime-local" : "text"}
              name={name}
              filters={filters}
              onChange={onChange}
            />
          ))}
          <p className="pb-2 text-xs text-muted">{t("audit:filter.zone", { zone: zoneName() })}</p>
        </div>
      )}
    </form>
  );
}

interface FieldProps extends EventFiltersProps {
  name: Exclude<keyof Filters, "type" | "severity">;
  type: "search" | "text" | "datetime-local";
}

function Field({ name, type, filters, onChange }: FieldProps) {
  return (
    <label className="grid min-w-0 gap-1 text-xs text-muted max-md:w-full">
      {t(`audit:filter.${name}`)}
      <input
        type={type}
        value={filters[name]}
        autoComplete="off"
        onChange={(event) => onChange({ [name]: event.target.value })}
        className="min-h-10 min-w-0 rounded-lg border border-line bg-surface px-3 text-base text-ink md:w-48"
      />
    </label>
  );
}
