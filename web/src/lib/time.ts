// Protocol times to milliseconds and to text. Moments are shown in UTC unless the user has chosen
// another zone, because candles and trading days are UTC; every span is shown in the two largest
// units that matter.
import type { Duration, Timestamp } from "@bufbuild/protobuf/wkt";
import { t } from "./i18n";
import { preferences } from "./preferences";

export function timestampMs(at: Timestamp | undefined): number | undefined {
  return at === undefined ? undefined : Number(at.seconds) * 1000 + Math.floor(at.nanos / 1e6);
}

export function durationMs(span: Duration | undefined): number | undefined {
  return span === undefined ? undefined : Number(span.seconds) * 1000 + span.nanos / 1e6;
}

/** The zone that moments are shown in: "UTC", or an IANA name. */
export function zoneName(): string {
  const { timeZone } = preferences.get();
  return timeZone === "local" ? Intl.DateTimeFormat().resolvedOptions().timeZone : timeZone;
}

const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** "2024-03-01 12:34:56" in the chosen zone; Swedish happens to write dates as ISO does. */
function inZone(ms: number): string {
  const timeZone = zoneName();
  let format = FORMATS.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
    FORMATS.set(timeZone, format);
  }
  return format.format(ms);
}

/** "2024-03-01 12:34:56" in the chosen zone. */
export function formatDateTime(ms: number | undefined): string {
  return ms === undefined ? "–" : inZone(ms);
}

/** "03-01 12:34", for tables. */
export function formatShort(ms: number | undefined): string {
  return ms === undefined ? "–" : inZone(ms).slice(5, 16);
}

/** "12:34:56". */
export function formatClock(ms: number | undefined): string {
  return ms === undefined ? "–" : inZone(ms).slice(11, 19);
}

/** "4 s", "3 min 5 s", "2 h 5 min", "3 d 4 h", in the user's words. Never negative. */
export function formatSpan(ms: number | undefined): string {
  if (ms === undefined) return "–";
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return t("units.s", { n: seconds });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return two(minutes, "min", seconds % 60, "s");
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return two(hours, "h", minutes % 60, "min");
  return two(Math.floor(hours / 24), "d", hours % 24, "h");
}

type Unit = "s" | "min" | "h" | "d";

function two(large: number, largeUnit: Unit, small: number, smallUnit: Unit): string {
  const first = t(`units.${largeUnit}`, { n: large });
  return small === 0 ? first : `${first} ${t(`units.${smallUnit}`, { n: small })}`;
}

/** "640 µs", "12 ms", "1.5 s": for how long a piece of work took. */
export function formatShortSpan(ms: number | undefined): string {
  if (ms === undefined) return "–";
  if (ms < 1) return `${Math.round(ms * 1000)} µs`;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
