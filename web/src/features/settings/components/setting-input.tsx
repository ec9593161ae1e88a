import { RowsInput } from "@/components/rows-input";
import { Switch } from "@/components/switch";
import { type Setting, SettingOrigin } from "@/gen/tradingd/v1/settings_pb";
import { t } from "@/lib/i18n";
import { type Draft, dropDraft, setDraft } from "../drafts";
import type { Editor } from "../use-editor";
import type { ValueType } from "../value-type";
import { SecretInput } from "./secret-input";

const BOX = "min-h-10 w-full min-w-0 rounded-lg border bg-canvas px-3 text-base";

export interface InputIds {
  label: string;
  about: string;
}

interface SettingInputProps {
  setting: Setting;
  type: ValueType;
  draft: Draft | undefined;
  editor: Editor;
  ids: InputIds;
  invalid: boolean;
  unit: string;
}

export function SettingInput(props: SettingInputProps) {
  const { setting, draft, editor } = props;
  const cleared = draft !== undefined && draft.value === undefined;
  const resettable = setting.origin === SettingOrigin.STORE && !setting.secret && !cleared;
  return (
    <>
      {cleared ? (
        <p className="rounded-lg border border-dashed border-line p-2 text-sm">{t("settings:will_reset")}</p>
      ) : (
        <ValueInput {...props} />
      )}
      <div className="flex flex-wrap gap-x-4">
        {draft && (
          <Small onClick={() => dropDraft(editor.user, setting.key)} about={setting.key}>
            {t("settings:undo_draft")}
          </Small>
        )}
        {resettable && (
          <Small onClick={() => setDraft(editor.user, setting, undefined)} about={setting.key}>
            {t("settings:reset")}
          </Small>
        )}
      </div>
    </>
  );
}

function Small({ onClick, about, children }: { onClick(): void; about: string; children: string }) {
  return (
    <button
      type="button"
      className="min-h-7 text-xs text-accent underline max-md:min-h-9"
      aria-label={`${children}: ${about}`}
      onClick={onClick}
    >
      {children}
    </button>
  );
}

function ValueInput({ setting, type, draft, editor, ids, invalid, unit }: SettingInputProps) {
  const value = draft?.value ?? setting.value;
  const change = (next: string) => setDraft(editor.user, setting, next);
  const common = {
    "aria-labelledby": ids.label,
    "aria-describedby": ids.about,
    "aria-invalid": invalid,
  };
  const border = invalid ? "border-down" : draft ? "border-accent" : "border-line";
  switch (type.kind) {
    case "switch":
      return (
        <div className="flex min-h-10 items-center gap-3 text-sm">
          <Switch label={setting.key} on={value === "true"} onChange={(on) => change(String(on))} />
          {t(value === "true" ? "settings:on" : "settings:off")}
        </div>
      );
    case "choice":
      return (
        <select {...common} value={value} onChange={(event) => change(event.target.value)} className={`${BOX} ${border}`}>
          {type.options.map((option) => (
            <option key={option}>{option}</option>
          ))}
        </select>
      );
    case "list":
    case "map":
      return <RowsInput label={setting.key} about={ids.about} pairs={type.kind === "map"} value={value} onChange={change} />;
    case "secret":
      return <SecretInput setting={setting} draft={draft} about={ids.about} onChange={change} />;
    case "number":
    case "text":
      return (
        <div className="flex items-center gap-2">
          <input
            {...common}
            type="text"
            inputMode={type.kind === "number" ? (type.whole ? "numeric" : "decimal") : "text"}
            autoComplete="off"
            spellCheck={false}
            value={value}
            onChange={(event) => change(event.target.value)}
            className={`${BOX} ${border}`}
          />
          {unit !== "" && <span className="shrink-0 text-sm text-muted">{unit}</span>}
        </div>
      );
  }
}
