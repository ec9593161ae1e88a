import { Button } from "@/components/button";
import { Card } from "@/components/card";
import type { Setting, SettingVersion } from "@/gen/tradingd/v1/settings_pb";
import { t, textOf } from "@/lib/i18n";
import { formatDateTime, timestampMs } from "@/lib/time";
import { ChangeTable } from "./change-table";

interface VersionCardProps {
  version: SettingVersion;
  current: boolean;
  settings: Setting[];
  onUndo: (() => void) | undefined;
  onReturn: (() => void) | undefined;
}

export function VersionCard({ version: each, current, settings, onUndo, onReturn }: VersionCardProps) {
  const number = String(each.version);
  const from = [each.role, each.source].filter((part) => part !== "").join(", ");
  return (
    <Card
      title={current ? t("settings:history.current", { number }) : t("settings:history.version", { number })}
      aside={formatDateTime(timestampMs(each.at))}
    >
      <p className="text-sm">
        <strong>{each.changedBy}</strong>
        {from !== "" && <span className="text-muted"> ({from})</span>} ·{" "}
        {textOf(`settings:cause.${each.cause}`) ?? each.cause}
        {each.reason !== "" && <> · “{each.reason}”</>}
      </p>
      {each.changes.length > 0 && (
        <div className="mt-2">
          <ChangeTable label={t("settings:history.changes", { number })} rows={each.changes} settings={settings} />
        </div>
      )}
      {(onUndo || onReturn) && (
        <div className="mt-3 flex flex-wrap gap-2">
          {onUndo && (
            <Button className="min-h-9 px-3" onClick={onUndo}>
              {t("settings:history.undo", { number })}
            </Button>
          )}
          {onReturn && (
            <Button className="min-h-9 px-3" onClick={onReturn}>
              {t("settings:history.return", { number })}
            </Button>
          )}
        </div>
      )}
    </Card>
  );
}
