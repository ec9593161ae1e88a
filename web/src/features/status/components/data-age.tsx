import { useFreshness } from "@/lib/freshness";
import { formatDateTime, formatSpan, timestampMs } from "@/lib/time";
import { useWorld } from "@/lib/use-world";

/** Which market moment is on screen and how long ago it arrived. */
export function DataAge() {
  const status = useWorld((world) => world.status);
  const { dataAgeMs, stale } = useFreshness();
  if (!status) return null;
  return (
    <div className="text-sm" data-stale={stale || undefined}>
      <span className="text-muted">Data </span>
      <span role="group" aria-label="Data time" className="figure">
        {formatDateTime(timestampMs(status.dataTime))} UTC
      </span>{" "}
      <span
        role="group"
        aria-label="Data age"
        className={stale ? "font-semibold text-warn" : "text-muted"}
      >
        {status.sourceFinished ? "source finished" : `${formatSpan(dataAgeMs)} old`}
      </span>
    </div>
  );
}
