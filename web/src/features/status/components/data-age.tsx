import { useFreshness } from "@/lib/freshness";
import { t } from "@/lib/i18n";
import { formatDateTime, formatSpan, timestampMs } from "@/lib/time";
import { useWorld } from "@/lib/use-world";

/** Which market moment is on screen and how long ago it arrived. */
export function DataAge() {
  const status = useWorld((world) => world.status);
  const { dataAgeMs, stale } = useFreshness();
  if (!status) return null;
  return (
    <div className="text-sm" data-stale={stale || undefined}>
      <span className="text-muted">{t("status:data")} </span>
      <span role="group" aria-label={t("status:data_time")} className="figure">
        {formatDateTime(timestampMs(status.dataTime))}
      </span>{" "}
      <span
        role="group"
        aria-label={t("status:data_age")}
        className={stale ? "font-semibold text-warn" : "text-muted"}
      >
        {status.sourceFinished
          ? t("status:source_finished")
          : t("older", { span: formatSpan(dataAgeMs) })}
      </span>
    </div>
  );
}
