import { memo } from "react";
import type { Setting } from "@/gen/tradingd/v1/settings_pb";
import { t } from "@/lib/i18n";
import { useDraft } from "../drafts";
import { type Editor, isHot } from "../use-editor";
import { problemOf, valueTypeOf } from "../value-type";
import { rangeText, shownValue, unitText } from "../wording";
import { ConflictNotice } from "./conflict-notice";
import { SettingInput } from "./setting-input";
import { SettingMeta } from "./setting-meta";

interface SettingRowProps {
  setting: Setting;
  editor: Editor;
  description: string;
  range: string;
  /** The daemon's objection to the typed value. */
  objection: string | undefined;
  /** The address names this one. */
  named: boolean;
}

const REVEAL_MS = 50;

/** Brings the row that a link names into view and puts the focus on what can be changed there. */
function reveal(row: HTMLLIElement | null): void {
  if (!row) return;
  // After the router has put the page to its top.
  setTimeout(() => {
    row.scrollIntoView({ block: "center" });
    const target = row.querySelector<HTMLElement>("input, select, [role=switch], button") ?? row;
    target.focus({ preventScroll: true });
  }, REVEAL_MS);
}

/** Drawn again only for its own changes: a search can show all of them at once. */
export const SettingRow = memo(function SettingRow(props: SettingRowProps) {
  const { setting, editor, description, range, objection, named } = props;
  const draft = useDraft(editor.user, setting.key);
  const type = valueTypeOf(setting);
  const ids = { label: `s-${setting.key}`, about: `about-${setting.key}` };
  const editable = editor.mayChange && isHot(setting);
  const own = draft?.value === undefined ? undefined : problemOf(type, draft.value);
  const allowed = rangeText(type, range);
  const problem = own ? t(`settings:problem.${own}`, { range: allowed }) : draft && objection;
  const unit = unitText(setting.unit);
  return (
    <li
      ref={named ? reveal : undefined}
      tabIndex={-1}
      className={`grid gap-x-8 gap-y-2 border-b border-line/60 py-3 last:border-0 md:grid-cols-[minmax(0,1fr)_minmax(0,20rem)] ${named ? "-mx-2 rounded-lg bg-accent/10 px-2" : ""}`}
    >
      <div className="min-w-0">
        <h3 id={ids.label} className="font-mono text-sm font-semibold break-all">
          {setting.key}
        </h3>
        <p className="mt-0.5 text-sm">{description}</p>
        <SettingMeta setting={setting} />
      </div>
      <div className="grid min-w-0 content-start gap-1">
        {editable ? (
          <SettingInput setting={setting} type={type} draft={draft} editor={editor} ids={ids} invalid={Boolean(problem)} unit={unit} />
        ) : (
          <p className="figure text-base font-semibold break-words">
            {shownValue(setting, type)} <span className="text-sm font-normal text-muted">{unit}</span>
          </p>
        )}
        <div id={ids.about} className="grid gap-0.5 text-xs text-muted">
          {problem && (
            <p role="alert" className="font-medium text-down">
              {problem}
            </p>
          )}
          {type.kind !== "switch" && (type.kind !== "choice" || !editable) && (
            <p>{t("settings:allowed", { range: allowed })}</p>
          )}
          {draft && draft.value !== undefined && !setting.secret && (
            <p>{t("settings:now", { value: shownValue(setting, type) })}</p>
          )}
        </div>
        {draft && <ConflictNotice setting={setting} draft={draft} user={editor.user} />}
      </div>
    </li>
  );
});
