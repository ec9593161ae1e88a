import { describe, expect, it } from "vitest";
import { normalise, problemOf, valueTypeOf } from "./value-type";

const typeOf = (range: string, options: string[] = []) => valueTypeOf({ secret: false, options, range });

describe("a setting's type", () => {
  it.each([
    ["true or false", "switch"],
    ["mean_reversion or squeeze", "choice"],
    ["a whole number, 1 to 1000", "number"],
    ["above 0 to 100", "number"],
    ["from 0.01 to 99.99", "number"],
    ["a list such as BTCUSDT:0.5, ETHUSDT:10, each pair once, above 0", "map"],
    ["a list of up to 12 intervals such as 15m, 1h, each once", "list"],
    ["host names or addresses, each with or without a port", "list"],
    ["empty or an interval such as 1m, 15m, 1h", "text"],
    ["max or a number, 0.01 to 1000000", "text"],
  ])("of %s is %s", (range, kind) => expect(typeOf(range).kind).toBe(kind));

  it("is a choice of its options, and secret before all", () => {
    expect(typeOf("atr or fixed", ["atr", "fixed"])).toEqual({ kind: "choice", options: ["atr", "fixed"] });
    expect(valueTypeOf({ secret: true, options: [], range: "empty" }).kind).toBe("secret");
  });
});

describe("a typed value", () => {
  it.each([
    ["a whole number, 1 to 1000", "1.5", "whole"],
    ["a whole number, 1 to 1000", "0", "range"],
    ["a whole number, 1 to 1000", "1000", undefined],
    ["above 0 to 100", "0", "range"],
    ["above 0 to 100", "0.0001", undefined],
    ["0 to 99", "ninety", "number"],
    ["0 to 99", "", "number"],
  ])("in %s: %s", (range, value, problem) => expect(problemOf(typeOf(range), value)).toBe(problem));

  it("is sent without rows that are empty", () => {
    expect(normalise({ kind: "list" }, "15m, ,1h,")).toBe("15m,1h");
    expect(normalise({ kind: "map" }, "BTCUSDT:0.5,:")).toBe("BTCUSDT:0.5");
    expect(normalise({ kind: "text" }, " a ")).toBe("a");
  });
});
