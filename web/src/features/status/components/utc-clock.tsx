import { useNow } from "@/lib/clock";
import { formatClock } from "@/lib/time";

export function UtcClock() {
  const now = useNow();
  return (
    <time dateTime={new Date(now).toISOString()} className="text-sm text-muted max-sm:hidden">
      {formatClock(now)} UTC
    </time>
  );
}
