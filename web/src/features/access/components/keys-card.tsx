import { useState } from "react";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { PlanDialog } from "@/components/plan-dialog";
import { Switch } from "@/components/switch";
import { KeyService } from "@/gen/tradingd/v1/access_pb";
import { useClient } from "@/lib/daemon";
import { t } from "@/lib/i18n";
import { formatDateTime, timestampMs } from "@/lib/time";
import { useAccessChanged } from "../api/use-access";

export function KeysCard() {
  const keys = useClient(KeyService);
  const changed = useAccessChanged();
  const [endAll, setEndAll] = useState(false);
  const [asking, setAsking] = useState(false);
  const [until, setUntil] = useState<number>();
  return (
    <Card title={t("access:keys.title")}>
      <div className="grid max-w-prose gap-4 text-sm">
        <p>{t("access:keys.told")}</p>
        <div className="flex items-center gap-3">
          <Switch label={t("access:keys.end_all")} on={endAll} onChange={setEndAll} />
          <span>{t("access:keys.end_all")}</span>
        </div>
        {endAll && <p className="font-medium text-warn">{t("access:keys.end_all_told")}</p>}
        <div>
          <Button onClick={() => setAsking(true)}>{t("access:keys.rotate")}</Button>
        </div>
        {until !== undefined && (
          <p role="status" className="text-up">
            {t("access:keys.done", { at: formatDateTime(until) })}
          </p>
        )}
      </div>
      {asking && (
        <PlanDialog
          title={t("access:keys.rotate_title")}
          action={{
            key: ["rotate-keys", String(endAll)],
            call: ({ dryRun, planId, requestId }) => keys.rotateKeys({ endAll, dryRun, planId, requestId }),
            onDone: (answer) => {
              setUntil(timestampMs(answer.oldUntil) ?? Date.now());
              setAsking(false);
              changed();
            },
          }}
          commit={t("access:keys.rotate")}
          committing={t("access:working")}
          danger={endAll}
          reason="none"
          onClose={() => setAsking(false)}
        >
          {t(endAll ? "access:keys.end_all_told" : "access:keys.told")}
        </PlanDialog>
      )}
    </Card>
  );
}
