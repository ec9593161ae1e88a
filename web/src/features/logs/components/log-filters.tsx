import { Choice } from "@/components/choice";
import { t } from "@/lib/i18n";
import { LEVELS } from "../lines";

interface LogFiltersProps {
  level: string;
  module: string;
  q: string;
  onChange(change: { level?: string; module?: string; q?: string }): void;
}

/** A choice must have a word. */
const ALL = "ALL";
const BOX = "min-h-10 w-full min-w-0 rounded-lg border border-line bg-surface px-3 text-base text-ink md:w-64";

export function LogFilters({ level, module, q, onChange }: LogFiltersProps) {
  const options = [
    { value: ALL, label: t("all") },
    ...LEVELS.map((value) => ({ value: value as string, label: t(`logs:level.${value}`) })),
  ];
  return (
    <div className="flex flex-wrap items-end gap-3">
      <div className="grid gap-1 text-xs text-muted">
        {t("logs:least_level")}
        <Choice label={t("logs:least_level")} options={options} value={level || ALL} onChange={(next) => onChange({ level: next === ALL ? "" : next })} />
      </div>
      <label className="grid min-w-0 gap-1 text-xs text-muted max-md:w-full">
        {t("logs:module")}
        <input
          type="search"
          placeholder="tradingd::trader"
          autoComplete="off"
          spellCheck={false}
          value={module}
          onChange={(event) => onChange({ module: event.target.value })}
          className={BOX}
        />
      </label>
      <label className="grid min-w-0 gap-1 text-xs text-muted max-md:w-full">
        {t("logs:search")}
        <input type="search" autoComplete="off" value={q} onChange={(event) => onChange({ q: event.target.value })} className={BOX} />
      </label>
    </div>
  );
}
