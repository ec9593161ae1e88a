import { afterEach, describe, expect, it } from "vitest";
import { setPreferences } from "./preferences";
import { zonedMs } from "./zoned";

afterEach(() => setPreferences({ timeZone: "UTC" }));

describe("a typed moment", () => {
  it("is read in the shown zone", () => {
    expect(zonedMs("2026-03-01T12:30")).toBe(Date.UTC(2026, 2, 1, 12, 30));
    setPreferences({ timeZone: "Asia/Seoul" });
    expect(zonedMs("2026-03-01T12:30")).toBe(Date.UTC(2026, 2, 1, 3, 30));
  });

  it("is right on both sides of a change of clocks", () => {
    setPreferences({ timeZone: "Europe/Berlin" });
    expect(zonedMs("2026-03-29T01:30")).toBe(Date.UTC(2026, 2, 29, 0, 30));
    expect(zonedMs("2026-03-29T03:30")).toBe(Date.UTC(2026, 2, 29, 1, 30));
  });

  it("is nothing when it is no moment", () => {
    expect([zonedMs(""), zonedMs("yesterday")]).toEqual([undefined, undefined]);
  });
});
