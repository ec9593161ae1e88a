import { Choice } from "@/components/choice";
import { t } from "@/lib/i18n";
import { SHOWS } from "../filter";

interface ValuesFilterProps {
  q: string;
  show: string;
  /** Changes that are not saved. */
  count: number;
  onChange(change: { q?: string; show?: string; key?: string }): void;
}

export function ValuesFilter({ q, show, count, onChange }: ValuesFilterProps) {
  const shows = SHOWS.filter((each) => each !== "drafts" || count > 0 || show === "drafts");
  return (
    <div className="flex flex-wrap items-center gap-3">
      <input
        type="search"
        aria-label={t("settings:search")}
        placeholder={t("settings:search")}
        value={q}
        onChange={(event) => onChange({ q: event.target.value, key: "" })}
        className="min-h-10 w-full rounded-lg border border-line bg-surface px-3 text-base md:w-80"
      />
      <Choice
        label={t("settings:show.label")}
        options={shows.map((value) => ({ value: value as string, label: t(`settings:show.${value}`) }))}
        value={show}
        onChange={(next) => onChange({ show: next, key: "" })}
      />
    </div>
  );
}
