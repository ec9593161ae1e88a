// Both languages say everything: the same keys (plural forms aside), the same placeholders, a text
// for every value of every enum that is shown.
import { describe, expect, it } from "vitest";
import en from "@/locales/en";
import ko from "@/locales/ko";
import { SHOWN_ENUMS } from "./labels";

/** Flat: "trades:empty.title" → text. Korean has one plural form, English two. */
function flat(value: unknown, path: string, into: Map<string, string>): Map<string, string> {
  if (typeof value === "string") return into.set(path.replace(/_(one|other)$/, "_plural"), value);
  for (const [key, below] of Object.entries(value as Record<string, unknown>)) {
    flat(below, path === "" ? key : `${path}.${key}`, into);
  }
  return into;
}

const english = flat(en, "", new Map());
const korean = flat(ko, "", new Map());
const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((each) => each[1]).toSorted();

describe("texts", () => {
  it("are complete in both languages", () => {
    expect([...english.keys()].filter((key) => !korean.has(key))).toEqual([]);
    expect([...korean.keys()].filter((key) => !english.has(key))).toEqual([]);
    expect(english.size).toBeGreaterThan(100);
  });

  it("are empty nowhere", () => {
    const empty = [...english, ...korean].filter(([, text]) => text.trim() === "");
    expect(empty).toEqual([]);
  });

  it("have the same placeholders", () => {
    const differing = [...english].filter(
      ([key, text]) => `${placeholders(text)}` !== `${placeholders(korean.get(key) ?? "")}`,
    );
    expect(differing).toEqual([]);
  });

  it("are Korean in Korean", () => {
    // What is the same in both languages by right: names, units, words of the field.
    const said = (text: string) => text.replaceAll(/\{\{\w+\}\}/g, "");
    const same = [...korean].filter(
      ([key, text]) => text === english.get(key) && /[a-z]{4}/.test(said(text)),
    );
    expect(same.map(([key]) => key)).toEqual(["common.brand"]);
  });

  it.each(Object.entries(SHOWN_ENUMS))("say every value of %s", (name, values) => {
    const names = Object.values(values).filter((each) => typeof each === "string");
    const missing = names.filter(
      (each) => each !== "UNSPECIFIED" && !english.has(`enums.${name}.${each}`),
    );
    expect(missing).toEqual([]);
  });
});
