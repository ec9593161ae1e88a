// Days of filters: "2024-03-01" in the address and in date fields, whole UTC days for the daemon,
// because its trading days are UTC.
import { type Timestamp, timestampFromMs } from "@bufbuild/protobuf/wkt";

const DAY_MS = 86_400_000;

function dayMs(day: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined;
  const ms = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(ms) ? undefined : ms;
}

/** The moment at which a day begins; nothing for what is no day. */
export function dayStart(day: string): Timestamp | undefined {
  const ms = dayMs(day);
  return ms === undefined ? undefined : timestampFromMs(ms);
}

/** The moment at which it is over. */
export function dayEnd(day: string): Timestamp | undefined {
  const ms = dayMs(day);
  return ms === undefined ? undefined : timestampFromMs(ms + DAY_MS);
}

/** `from` and `to` of a request, as far as they are given. */
export function daysRange(from: string, to: string): { from?: Timestamp; to?: Timestamp } {
  const [start, end] = [dayStart(from), dayEnd(to)];
  return { ...(start ? { from: start } : {}), ...(end ? { to: end } : {}) };
}
