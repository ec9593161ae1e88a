import { formatPercent, toChartNumber } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { labelOf } from "@/lib/labels";
import { useWorld } from "@/lib/use-world";

/** Where market data come from and, for a replay, how far it is. */
export function SourceStatus() {
  const status = useWorld((world) => world.status);
  if (!status) return null;
  const { progressPct } = status;
  return (
    <div className="flex items-center gap-2 text-sm">
      <span>
        <span className="text-muted">{t("status:market")} </span>
        {status.sourceDetail || labelOf.source(status.source)}
      </span>
      {progressPct !== "" && (
        <>
          <progress
            aria-label={t("status:progress")}
            className="w-20"
            max={100}
            value={toChartNumber(progressPct)}
          />
          <span className="text-xs text-muted">{formatPercent(progressPct)}</span>
        </>
      )}
    </div>
  );
}
