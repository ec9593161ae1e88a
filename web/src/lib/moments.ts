// Moments in addresses and fields: "2026-01-01T14:05:00Z" in a link, and what a person types into a
// date and time field in the zone that the page shows.
import { formatDateTime } from "./time";

/** Milliseconds of a moment in the address; nothing when it is none. */
export function momentMs(text: string): number | undefined {
  const ms = text === "" ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** For the address: whole seconds, UTC. */
export function momentText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** What a date and time field shows, in the chosen zone. */
export function fieldText(ms: number | undefined): string {
  return ms === undefined ? "" : formatDateTime(ms).slice(0, 16).replace(" ", "T");
}

/** What a date and time field says, in the chosen zone; nothing while it says nothing. */
export function fieldMs(text: string): number | undefined {
  const wanted = momentMs(text === "" ? "" : `${text.slice(0, 16)}:00Z`);
  if (wanted === undefined) return undefined;
  // The zone's distance from UTC at about that time; twice, for a change of clocks in between.
  let ms = wanted;
  for (let round = 0; round < 2; round += 1) {
    const shown = Date.parse(`${formatDateTime(ms).replace(" ", "T")}Z`);
    ms += wanted - shown;
  }
  return ms;
}

const UNIT_MS: Record<string, number> = { s: 1e3, m: 6e4, h: 3.6e6, d: 8.64e7, w: 6.048e8 };

/** "15m" → 900000; nothing when it is no interval. */
export function intervalMs(interval: string): number | undefined {
  const match = /^(\d+)([smhdw])$/.exec(interval);
  return match ? Number(match[1]) * (UNIT_MS[match[2] ?? ""] ?? 0) : undefined;
}
