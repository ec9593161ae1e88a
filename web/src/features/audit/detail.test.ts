import { describe, expect, it } from "vitest";
import { changesOf, linesOf } from "./detail";

const none = { detail: "", before: "", after: "" };

describe("a record's details", () => {
  it("are lines of name and value, whatever they are made of", () => {
    expect(linesOf('{"order":{"id":"a-1","price":"70000.5"},"tags":["x","y"],"type":"order_filled"}')).toEqual([
      { name: "order.id", value: "a-1" },
      { name: "order.price", value: "70000.5" },
      { name: "tags", value: '["x","y"]' },
    ]);
    expect(linesOf("not json")).toEqual([{ name: "", value: "not json" }]);
    expect(linesOf("")).toEqual([]);
  });

  it("show the settings that a record changed", () => {
    const detail = '{"changes":[{"key":"risk.sizing","before":"atr","after":""}]}';
    expect(changesOf({ ...none, detail })).toEqual([{ what: "risk.sizing", before: "atr", after: "–" }]);
  });

  it("show both sides of everything else that changed", () => {
    expect(changesOf({ ...none, before: '{"role":"viewer"}', after: '{"role":"admin","totp":true}' })).toEqual([
      { what: "role", before: "viewer", after: "admin" },
      { what: "totp", before: "–", after: "true" },
    ]);
    expect(changesOf(none)).toEqual([]);
  });
});
