import { describe, expect, it } from "vitest";
import { levelChanges, levelProblem } from "./levels";

const WAS = { stop: "95", firstTarget: "", target: "110" };

describe("levels as they are typed", () => {
  it.each([
    ["stop", { stop: "100" }, "The stop must be below the mark"],
    ["stop", { stop: "0" }, "A price above 0, like 61250.5"],
    ["stop", { stop: "1e3" }, "A price above 0, like 61250.5"],
    ["stop", { stop: "99.99" }, ""],
    ["stop", { stop: "" }, ""],
    ["target", { target: "100.0" }, "A target must be above the mark"],
    ["firstTarget", { firstTarget: "110" }, "Must be below the target"],
    ["firstTarget", { firstTarget: "105" }, ""],
  ] as const)("%s of %j", (level, change, problem) => {
    expect(levelProblem(level, { ...WAS, ...change }, WAS, "100")).toBe(problem);
  });

  it("are not judged when nobody touched them", () => {
    expect(levelProblem("stop", WAS, WAS, "90")).toBe("");
  });

  it("are sent only where they were touched", () => {
    expect(levelChanges({ ...WAS, stop: "96", target: "" }, WAS)).toEqual({
      stop: { change: { case: "price", value: "96" } },
      target: { change: { case: "clear", value: true } },
    });
  });
});
