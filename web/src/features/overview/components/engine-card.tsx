import { Card } from "@/components/card";
import { Skeleton } from "@/components/skeleton";
import { Stat } from "@/components/stat";
import { t } from "@/lib/i18n";
import { durationMs, formatShortSpan, formatSpan } from "@/lib/time";
import { useWorld } from "@/lib/use-world";

/** How much the engine has done, and how long its last cycle took. */
export function EngineCard() {
  const status = useWorld((world) => world.status);
  return (
    <Card title={t("overview:engine")}>
      {status ? (
        <dl className="grid grid-cols-2 gap-2">
          <Stat label={t("overview:cycle.last")}>
            {formatShortSpan(durationMs(status.lastCycle))}
          </Stat>
          <Stat label={t("overview:cycle.uptime")}>{formatSpan(durationMs(status.uptime))}</Stat>
          <Stat label={t("overview:cycle.candles")}>{status.bars.toLocaleString("en")}</Stat>
          <Stat label={t("overview:cycle.decisions")}>{status.decisions.toLocaleString("en")}</Stat>
        </dl>
      ) : (
        <Skeleton rows={2} of="figure" />
      )}
    </Card>
  );
}
