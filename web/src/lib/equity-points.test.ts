import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { expect, it } from "vitest";
import { portfolioOf } from "@/testing/fixtures";
import { appendPoint } from "./equity-points";

const curve = [
  { at: 1_000, equity: "10" },
  { at: 2_000, equity: "11" },
];

it.each([
  ["a newer mark is appended", 3_000, "12", [...curve, { at: 3_000, equity: "12" }]],
  ["a mark of the same moment replaces the last point", 2_000, "12", [curve[0], { at: 2_000, equity: "12" }]],
  ["a mark that says nothing new is dropped", 2_000, "11", curve],
  ["an older mark is dropped", 1_500, "99", curve],
  ["a mark without equity is dropped", 3_000, "", curve],
])("%s", (_name, at, equity, expected) => {
  const mark = portfolioOf({ asOf: timestampFromMs(at), equity });
  expect(appendPoint(curve, mark)).toEqual(expected);
});
