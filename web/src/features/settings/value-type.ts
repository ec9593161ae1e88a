// What kind of value a setting takes, read from the registry's own words for its range, and what
// can be said about a typed value before the daemon is asked.
import type { Setting } from "@/gen/tradingd/v1/settings_pb";

export type ValueType =
  | { kind: "switch" }
  | { kind: "choice"; options: string[] }
  | { kind: "number"; whole: boolean; min: string; max: string; above: boolean }
  | { kind: "list" }
  | { kind: "map" }
  | { kind: "text" }
  | { kind: "secret" };

const NUMBER = /^(a whole number, |above |from )?(-?[\d.]+) to ([\d.]+)$/;
const WORDS = /^[a-z_0-9]+( or [a-z_0-9]+)+$/;

export function valueTypeOf(setting: Pick<Setting, "secret" | "options" | "range">): ValueType {
  const { secret, options, range } = setting;
  if (secret) return { kind: "secret" };
  const words = options.length > 0 ? options : WORDS.test(range) ? range.split(" or ") : [];
  if (words.length > 0) {
    const isSwitch = words.length === 2 && words[0] === "true" && words[1] === "false";
    return isSwitch ? { kind: "switch" } : { kind: "choice", options: words };
  }
  const number = NUMBER.exec(range);
  if (number) {
    const [, prefix = "", min = "", max = ""] = number;
    return { kind: "number", whole: prefix.startsWith("a whole"), min, max, above: prefix === "above " };
  }
  if (/^a list such as \w+:[\w.]+,/.test(range)) return { kind: "map" };
  if (/^(a list|host names)/.test(range)) return { kind: "list" };
  return { kind: "text" };
}

/** As the daemon takes it: without blanks and without rows that nothing was typed in. */
export function normalise(type: ValueType, text: string): string {
  const trimmed = text.trim();
  if (type.kind !== "list" && type.kind !== "map") return trimmed;
  const rows = trimmed.split(",").map((row) => row.trim());
  return rows.filter((row) => row !== "" && row !== ":").join(",");
}

/** The key of a text that says what is wrong; nothing when it may be sent. */
export function problemOf(type: ValueType, text: string): "whole" | "number" | "range" | undefined {
  if (type.kind !== "number") return undefined;
  const value = text.trim();
  if (type.whole && !/^-?\d+$/.test(value)) return "whole";
  if (!/^-?\d+(\.\d+)?$/.test(value)) return "number";
  // Bounds only; the value itself stays text, and the daemon has the last word.
  const [given, min, max] = [Number(value), Number(type.min), Number(type.max)];
  return given > max || given < min || (type.above && given === min) ? "range" : undefined;
}
