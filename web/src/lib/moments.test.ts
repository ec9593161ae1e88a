import { afterEach, describe, expect, it } from "vitest";
import { fieldMs, fieldText, intervalMs, momentMs, momentText } from "./moments";
import { setPreferences } from "./preferences";

afterEach(() => setPreferences({ timeZone: "UTC" }));

describe("moments", () => {
  it("go into the address and back", () => {
    const ms = Date.UTC(2026, 0, 1, 14, 5);
    expect(momentText(ms)).toBe("2026-01-01T14:05:00Z");
    expect(momentMs("2026-01-01T14:05:00Z")).toBe(ms);
    expect(momentMs("yesterday")).toBeUndefined();
    expect(momentMs("")).toBeUndefined();
  });

  it.each(["UTC", "Asia/Seoul", "America/New_York"])("are typed in the zone shown, %s", (timeZone) => {
    setPreferences({ timeZone });
    for (const ms of [Date.UTC(2026, 0, 1, 14, 5), Date.UTC(2026, 6, 1), Date.UTC(2026, 2, 8, 12)]) {
      expect(fieldMs(fieldText(ms))).toBe(ms);
    }
  });

  it("know the length of an interval", () => {
    expect(["1m", "15m", "4h", "1d", "x"].map(intervalMs)).toEqual([6e4, 9e5, 1.44e7, 8.64e7, undefined]);
  });
});
