// What a person types into a date field, read in the zone that the page shows moments in.
import { formatDateTime } from "./time";

/** "2026-03-01T12:30" in the chosen zone → milliseconds; nothing when it is no such text. */
export function zonedMs(text: string): number | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match.slice(1).map((part) => Number(part ?? 0));
  const wanted = Date.UTC(year, month - 1, day, hour, minute, second);
  if (Number.isNaN(wanted)) return undefined;
  // Twice: the offset at the first guess may be another one than at the moment itself.
  const first = wanted - offsetAt(wanted);
  return wanted - offsetAt(first);
}

/** Milliseconds that the zone's clock is ahead of UTC. */
function offsetAt(ms: number): number {
  return Date.parse(`${formatDateTime(ms).replace(" ", "T")}Z`) - Math.floor(ms / 1000) * 1000;
}
