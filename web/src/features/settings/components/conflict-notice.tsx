import { Button } from "@/components/button";
import type { Setting } from "@/gen/tradingd/v1/settings_pb";
import { t } from "@/lib/i18n";
import { type Draft, baseOf, dropDraft, keepDraft } from "../drafts";
import { valueTypeOf } from "../value-type";
import { shownValue, valueText } from "../wording";

interface ConflictNoticeProps {
  setting: Setting;
  draft: Draft;
  user: string;
}

/** Somebody else was faster: whose value is meant must be said before anything is saved. */
export function ConflictNotice({ setting, draft, user }: ConflictNoticeProps) {
  if (draft.base === baseOf(setting)) return null;
  const type = valueTypeOf(setting);
  const yours = setting.secret || draft.value === undefined ? "" : valueText(type, draft.value);
  return (
    <div role="alert" className="rounded-lg border border-warn/60 p-2 text-sm">
      <p>
        {t("settings:conflict.told", {
          who: setting.changedBy,
          key: setting.key,
          value: shownValue(setting, type),
        })}
      </p>
      <div className="mt-2 flex flex-wrap gap-2">
        <Button className="min-h-9 px-3" onClick={() => keepDraft(user, setting)}>
          {yours === "" ? t("settings:conflict.keep") : t("settings:conflict.keep_value", { value: yours })}
        </Button>
        <Button className="min-h-9 px-3" onClick={() => dropDraft(user, setting.key)}>
          {t("settings:conflict.take")}
        </Button>
      </div>
    </div>
  );
}
