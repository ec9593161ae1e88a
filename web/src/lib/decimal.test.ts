import { describe, expect, it } from "vitest";
import {
  compareDecimals,
  distancePct,
  formatDecimal,
  formatFigure,
  formatMoney,
  formatPercent,
  formatPrice,
  formatQuantity,
  signOf,
} from "./decimal";

describe("decimal text for people", () => {
  it.each([
    ["", "–"],
    [undefined, "–"],
    ["0", "0.00"],
    ["-0.00", "0.00"],
    ["10042.5", "10,042.50"],
    ["-1234567.891", "−1,234,567.89"],
    ["0.005", "0.01"],
    ["-0.005", "−0.01"],
    ["-0.0049", "0.00"],
    ["999.995", "1,000.00"],
    ["123456789012345678901234567.899", "123,456,789,012,345,678,901,234,567.90"],
    ["n/a", "n/a"],
  ])("money %s is %s", (text, shown) => {
    expect(formatMoney(text)).toBe(shown);
  });

  it.each([
    ["12.3", "+12.30"],
    ["-12.3", "−12.30"],
    ["0", "0.00"],
  ])("signed money %s is %s", (text, shown) => {
    expect(formatMoney(text, true)).toBe(shown);
  });

  it.each([
    ["61908.333333333", "61,908.33"],
    ["3.14159265", "3.1416"],
    ["100", "100.00"],
    ["0.000012345678", "0.00001235"],
    ["", "–"],
  ])("price %s is %s", (text, shown) => {
    expect(formatPrice(text)).toBe(shown);
  });

  it("keeps the digits of a quantity and drops empty ones", () => {
    expect(formatQuantity("0.03000000")).toBe("0.03");
    expect(formatQuantity("1500")).toBe("1,500");
  });

  it("shows percent with its unit, and a bare dash without a value", () => {
    expect(formatPercent("0.425", true)).toBe("+0.43 %");
    expect(formatPercent(undefined)).toBe("–");
  });

  it("never shows fewer than the places asked for", () => {
    expect(formatDecimal("1", { minPlaces: 4 })).toBe("1.0000");
  });

  it.each([
    ["-0.01", -1],
    ["0.000", 0],
    ["-0", 0],
    ["7", 1],
    [undefined, 0],
  ])("sign of %s is %i", (text, sign) => {
    expect(signOf(text)).toBe(sign);
  });

  it("shows statistics that are not numbers as absent", () => {
    expect(formatFigure(Number.NaN)).toBe("–");
    expect(formatFigure(-1.234)).toBe("−1.23");
  });
});

describe("two decimals", () => {
  it.each([
    ["1.10", "1.1", 0],
    ["-2", "1", -1],
    ["0.30000000000000001", "0.3", 1],
    ["12", "9", 1],
  ])("%s against %s", (left, right, sign) => {
    expect(compareDecimals(left, right)).toBe(sign);
  });

  it("can't be compared when one is none", () => {
    expect(compareDecimals("x", "1")).toBeUndefined();
  });

  it.each([
    ["100", "97", "-3.0000"],
    ["61908.33", "60270", "-2.6463"],
    ["3", "3.0001", "0.0033"],
    ["0", "1", undefined],
    ["1", "", undefined],
  ])("from %s to %s", (from, to, percent) => {
    expect(distancePct(from, to)).toBe(percent);
  });
});
