// How far back the equity curve goes, in market time.
import { t } from "@/lib/i18n";

export type Range = "1d" | "7d" | "30d" | "90d" | "all";

const DAY_MS = 86_400_000;
const DAYS: Record<Range, number> = { "1d": 1, "7d": 7, "30d": 30, "90d": 90, all: 0 };
const RANGES = Object.keys(DAYS) as Range[];

export function rangeOf(text: string): Range {
  return RANGES.find((each) => each === text) ?? "all";
}

export function rangeOptions(): { value: Range; label: string }[] {
  return RANGES.map((value) => ({ value, label: t(`overview:range.${value}`) }));
}

/** Where the range begins; nothing for all there is. */
export function beginOf(range: Range, newestMs: number | undefined): number | undefined {
  if (range === "all" || newestMs === undefined) return undefined;
  return newestMs - DAYS[range] * DAY_MS;
}
