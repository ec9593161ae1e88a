import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import type { Setting } from "@/gen/tradingd/v1/settings_pb";
import { t } from "@/lib/i18n";
import type { Check } from "../api/use-check";
import { type Changes, type Entries, countOf, dropAllDrafts } from "../drafts";
import { problemOf, valueTypeOf } from "../value-type";

interface SaveBarProps {
  changes: Changes;
  drafts: Entries;
  settings: Setting[];
  check: Check;
  onSave(): void;
}

/** Stays in view while there is something to save, and says whether it can be. */
export function SaveBar({ changes, drafts, settings, check, onSave }: SaveBarProps) {
  const count = countOf(changes);
  if (count === 0) return null;
  const own = settings.filter((setting) => {
    const value = drafts.get(setting.key)?.value;
    return value !== undefined && problemOf(valueTypeOf(setting), value) !== undefined;
  });
  const wrong = new Set([...own.map((each) => each.key), ...check.byKey.keys()]).size;
  const refused = check.whole !== null && check.whole !== undefined;
  const blocked = wrong > 0 || refused || changes.conflicts.length > 0;
  return (
    <section
      aria-label={t("settings:save.bar")}
      className="fixed inset-x-0 bottom-0 z-5 border-t border-line bg-surface px-4 py-3 shadow-2xl lg:left-44"
    >
      {refused && <ErrorNotice title={t("settings:save.not_allowed")} error={check.whole} />}
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p role="status" className="text-sm font-medium">
          {t("settings:save.changes", { count })}
          {wrong > 0 && <span className="text-down"> · {t("settings:save.problems", { count: wrong })}</span>}
          {changes.conflicts.length > 0 && (
            <span className="text-warn"> · {t("settings:save.conflicts", { count: changes.conflicts.length })}</span>
          )}
        </p>
        <div className="flex gap-2">
          <Button onClick={dropAllDrafts}>{t("settings:save.discard")}</Button>
          <Button variant="primary" disabled={blocked} busy={check.pending && t("settings:save.checking")} onClick={onSave}>
            {t("settings:save.review")}
          </Button>
        </div>
      </div>
    </section>
  );
}
