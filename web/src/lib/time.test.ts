import { describe, expect, it } from "vitest";
import { durationMs, formatClock, formatDateTime, formatShortSpan, formatSpan, timestampMs } from "./time";
import { create } from "@bufbuild/protobuf";
import { DurationSchema, TimestampSchema } from "@bufbuild/protobuf/wkt";

describe("times", () => {
  it("reads protocol times in milliseconds", () => {
    const at = create(TimestampSchema, { seconds: 1_709_294_400n, nanos: 250_900_000 });
    expect(timestampMs(at)).toBe(1_709_294_400_250);
    expect(durationMs(create(DurationSchema, { seconds: 2n, nanos: 500_000_000 }))).toBe(2_500);
    expect(timestampMs(undefined)).toBeUndefined();
  });

  it("shows UTC whatever the zone of the browser", () => {
    expect(formatDateTime(Date.UTC(2024, 2, 1, 23, 59, 58))).toBe("2024-03-01 23:59:58");
    expect(formatClock(Date.UTC(2024, 2, 1, 0, 0, 1))).toBe("00:00:01");
    expect(formatDateTime(undefined)).toBe("–");
  });

  it.each([
    [-5, "0 s"],
    [59_999, "59 s"],
    [60_000, "1 min"],
    [185_000, "3 min 5 s"],
    [7_500_000, "2 h 5 min"],
    [90_000_000, "1 d 1 h"],
  ])("span of %i ms is %s", (ms, shown) => {
    expect(formatSpan(ms)).toBe(shown);
  });

  it.each([
    [0.64, "640 µs"],
    [12.4, "12 ms"],
    [1_500, "1.5 s"],
  ])("work of %d ms is %s", (ms, shown) => {
    expect(formatShortSpan(ms)).toBe(shown);
  });
});
