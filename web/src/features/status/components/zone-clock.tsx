import { useNow } from "@/lib/clock";
import { formatClock, zoneName } from "@/lib/time";

/** Wall time in the zone that all moments of the page are shown in. */
export function ZoneClock() {
  const now = useNow();
  return (
    <time dateTime={new Date(now).toISOString()} className="text-sm text-muted max-sm:hidden">
      {formatClock(now)} {zoneName()}
    </time>
  );
}
