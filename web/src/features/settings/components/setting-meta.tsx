import { Link } from "@tanstack/react-router";
import { Badge } from "@/components/badge";
import { type Setting, SettingOrigin } from "@/gen/tradingd/v1/settings_pb";
import { t } from "@/lib/i18n";
import { formatDateTime, timestampMs } from "@/lib/time";
import { valueTypeOf } from "../value-type";
import { originText, valueText } from "../wording";
import { ActsBadge } from "./acts-badge";

/** Default, source, when it acts, and who changed it when. */
export function SettingMeta({ setting }: { setting: Setting }) {
  const type = valueTypeOf(setting);
  const differs = !setting.secret && setting.value !== setting.defaultValue;
  const at = formatDateTime(timestampMs(setting.changedAt));
  return (
    <div className="mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-muted">
      <ActsBadge setting={setting} />
      {setting.origin !== SettingOrigin.DEFAULT && (
        <Badge tone="info">{originText(setting.origin)}</Badge>
      )}
      {!setting.secret && (
        <span className={differs ? "font-medium text-ink" : ""}>
          {differs
            ? t("settings:default_is", { value: valueText(type, setting.defaultValue) })
            : t("settings:is_default")}
        </span>
      )}
      {setting.version > 0n && (
        <span>
          {t("settings:changed_by", { who: setting.changedBy, at })}{" "}
          <Link
            to="."
            search={{ tab: "history", of: setting.key } as never}
            className="inline-block py-0.5 text-accent underline"
          >
            {t("settings:history_of")}
          </Link>
        </span>
      )}
    </div>
  );
}
