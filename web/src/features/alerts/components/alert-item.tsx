import { useState } from "react";
import { Badge } from "@/components/badge";
import { Button } from "@/components/button";
import { type Alert, AlertService, AlertState } from "@/gen/tradingd/v1/alerts_pb";
import { t } from "@/lib/i18n";
import { labelOf, words } from "@/lib/labels";
import { useAllowed } from "@/lib/permissions";
import { formatDateTime, timestampMs } from "@/lib/time";
import { SEVERITY_TONE, titleOf } from "../severity";
import { AckDialog } from "./ack-dialog";

function Times({ alert }: { alert: Alert }) {
  const { count, acknowledgedBy, acknowledgeNote } = alert;
  const parts = [
    t("alerts:first", { time: formatDateTime(timestampMs(alert.firstAt)) }),
    count > 1n &&
      t("alerts:times", { times: String(count), time: formatDateTime(timestampMs(alert.lastAt)) }),
    alert.escalations > 0 && t("alerts:sent_again", { count: alert.escalations }),
    acknowledgedBy !== "" &&
      t("alerts:acknowledged_by", {
        who: acknowledgedBy,
        time: formatDateTime(timestampMs(alert.acknowledgedAt)),
      }),
    acknowledgeNote !== "" && `“${acknowledgeNote}”`,
    alert.resolvedAt &&
      t("alerts:resolved_at", { time: formatDateTime(timestampMs(alert.resolvedAt)) }),
  ].filter((part) => typeof part === "string");
  return <p className="text-xs text-muted">{parts.join(" · ")}</p>;
}

/** One alert: what, how bad, what to do about it, and the button to say that it was seen. */
export function AlertItem({ alert }: { alert: Alert }) {
  const mayAck = useAllowed(AlertService.method.ackAlert);
  const [acking, setAcking] = useState(false);
  const about = [alert.symbol, alert.strategy && words(alert.strategy)].filter(Boolean).join(" · ");
  return (
    <li className="grid gap-1.5 rounded-lg border border-line p-3 text-sm">
      <div className="flex flex-wrap items-center gap-2">
        <Badge tone={SEVERITY_TONE[alert.severity] ?? "neutral"}>
          {labelOf.alertSeverity(alert.severity)}
        </Badge>
        <strong className="min-w-0">{titleOf(alert)}</strong>
        {about !== "" && <span className="text-muted">{about}</span>}
      </div>
      {alert.text !== "" && <p>{alert.text}</p>}
      {alert.hint !== "" && alert.state !== AlertState.RESOLVED && (
        <p className="text-muted">
          {t("alerts:to_do")} <code className="text-ink">{alert.hint}</code>
        </p>
      )}
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Times alert={alert} />
        {mayAck && alert.state === AlertState.OPEN && (
          <Button
            className="min-h-9 px-3"
            aria-label={t("alerts:ack.of", { title: titleOf(alert) })}
            onClick={() => setAcking(true)}
          >
            {t("alerts:ack.button")}
          </Button>
        )}
      </div>
      {acking && <AckDialog alert={alert} onClose={() => setAcking(false)} />}
    </li>
  );
}
