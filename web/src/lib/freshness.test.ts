import { describe, expect, it } from "vitest";
import { statusOf } from "@/testing/fixtures";
import { freshnessOf } from "./freshness";
import type { StreamPhase } from "./stream-state";

interface Row {
  name: string;
  dataAgeS: bigint;
  finished?: boolean;
  sinceStatusMs: number;
  phase?: StreamPhase;
  stale: boolean;
  ageMs: number;
}

const ROWS: Row[] = [
  { name: "fresh", dataAgeS: 1n, sinceStatusMs: 500, stale: false, ageMs: 1_500 },
  { name: "the source is silent", dataAgeS: 11n, sinceStatusMs: 0, stale: true, ageMs: 11_000 },
  { name: "age ticks between marks", dataAgeS: 2n, sinceStatusMs: 9_000, stale: true, ageMs: 11_000 },
  { name: "a finished source does not age", dataAgeS: 500n, finished: true, sinceStatusMs: 0, stale: false, ageMs: 500_000 },
  {
    name: "cut off after a finished source",
    dataAgeS: 500n,
    finished: true,
    sinceStatusMs: 11_000,
    phase: "offline",
    stale: true,
    ageMs: 511_000,
  },
  {
    name: "offline at once, however new the last status is",
    dataAgeS: 0n,
    sinceStatusMs: 1_000,
    phase: "offline",
    stale: true,
    ageMs: 1_000,
  },
];

describe("freshness", () => {
  it.each(ROWS)("$name", ({ dataAgeS, finished = false, sinceStatusMs, phase = "live", stale, ageMs }) => {
    const status = statusOf({ dataAge: { seconds: dataAgeS }, sourceFinished: finished });
    const result = freshnessOf(status, 1_000, phase, 1_000 + sinceStatusMs);
    expect(result).toMatchObject({ stale, dataAgeMs: ageMs });
  });

  it("knows nothing before the first status", () => {
    expect(freshnessOf(undefined, 0, "connecting", 5).stale).toBe(false);
  });
});
