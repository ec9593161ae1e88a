import { timestampDate } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { daysRange } from "./days";

describe("days of a filter", () => {
  it("are whole UTC days, the last one included", () => {
    const { from, to } = daysRange("2024-02-28", "2024-02-29");
    expect(from && timestampDate(from).toISOString()).toBe("2024-02-28T00:00:00.000Z");
    expect(to && timestampDate(to).toISOString()).toBe("2024-03-01T00:00:00.000Z");
  });

  it.each(["", "tomorrow", "2024-13-01", "2024-1-1"])("ignore %j", (text) => {
    expect(daysRange(text, text)).toEqual({});
  });
});
