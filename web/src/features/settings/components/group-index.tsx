import { SelectField } from "@/components/select-field";
import { t } from "@/lib/i18n";
import type { Group } from "../groups";

interface GroupIndexProps {
  groups: Group[];
  /** Empty while several are shown. */
  current: string;
  /** Groups with unsaved changes, once for each. */
  changed: string[];
  onChoose(id: string): void;
}

/** The sections beside the settings; on a phone a list to choose from. */
export function GroupIndex({ groups, current, changed, onChoose }: GroupIndexProps) {
  const marked = (id: string) => changed.filter((each) => each === id).length;
  return (
    <>
      <div className="md:hidden">
        {current !== "" && (
          <SelectField
            label={t("settings:section_label")}
            options={groups.map(({ id, title, settings }) => ({ value: id, label: `${title} (${settings.length})` }))}
            value={current}
            onChange={onChoose}
          />
        )}
      </div>
      <nav
        aria-label={t("settings:section_label")}
        className="sticky top-28 max-h-[calc(100dvh-8rem)] self-start overflow-y-auto text-sm max-md:hidden"
      >
        <ul>
          {groups.map(({ id, title, settings }) => (
            <li key={id}>
              <button
                type="button"
                aria-current={id === current || undefined}
                onClick={() => onChoose(id)}
                className="flex w-full items-baseline justify-between gap-2 rounded-lg px-3 py-1.5 text-left text-muted hover:text-ink aria-[current]:bg-raised aria-[current]:font-semibold aria-[current]:text-ink"
              >
                <span>{title}</span>
                <span className="text-xs font-normal text-muted">
                  {marked(id) > 0 && (
                    <span className="mr-1.5 font-semibold text-accent">
                      {t("settings:unsaved", { count: marked(id) })}
                    </span>
                  )}
                  {settings.length}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </nav>
    </>
  );
}
