// Every setting of the registry is described in Korean, and nothing else is.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { familyKey, loadSettingTexts } from "./setting-texts";

const table = readFileSync(join(import.meta.dirname, "../../../docs/configuration.md"), "utf8");
const rows = [...table.matchAll(/^\| `([^`]+)` \| .*? \| (.*?) \| (hot|restart)/gm)];
const keys = rows.map((match) => match[1] ?? "");

describe("settings in Korean", () => {
  it("are all there", async () => {
    const { descriptions } = await loadSettingTexts("ko");
    expect(keys.length).toBeGreaterThan(150);
    expect(keys.filter((key) => !descriptions[key])).toEqual([]);
    expect(Object.keys(descriptions).filter((key) => !keys.includes(key))).toEqual([]);
    expect(Object.values(descriptions).filter((text) => !/[가-힣]/.test(text))).toEqual([]);
  });

  it("say each range that is more than bounds or words", async () => {
    const { ranges } = await loadSettingTexts("ko");
    const plain = /^(a whole number, |above |from )?-?[\d.]+ to [\d.]+( \(.*\))?$|^[a-z_]+( or [a-z_]+)+$/;
    const prose = rows.filter(([, key = "", range = ""]) => !plain.test(range) && !key.startsWith("instruments."));
    expect(prose.map((match) => match[1] ?? "").filter((key) => !ranges[key])).toEqual([]);
  });

  it("share the texts of a family", () => {
    expect(familyKey("instruments.BTCUSDT.tick_size")).toBe("instruments.SYMBOL.tick_size");
    expect(familyKey("risk.sizing")).toBe("risk.sizing");
  });

  it("are the daemon's own in English", async () => {
    expect(await loadSettingTexts("en")).toEqual({ descriptions: {}, ranges: {} });
  });
});
