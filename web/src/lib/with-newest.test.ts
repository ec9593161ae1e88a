import { describe, expect, it } from "vitest";
import { withNewest } from "./with-newest";

const row = (id: string, note = "") => ({ id, note });
const about = { idOf: (each: { id: string }) => each.id, newestFirst: true };

describe("the newest rows of a list", () => {
  it("replace what has changed and stand on top when they are new", () => {
    const loaded = [row("b"), row("a")];
    const { rows, missed } = withNewest(loaded, [row("c"), row("b", "changed")], about);
    expect(rows).toEqual([row("c"), row("b", "changed"), row("a")]);
    expect(missed).toBe(false);
  });

  it("are missed when rows between them and the loaded ones are not known", () => {
    expect(withNewest([row("a")], [row("f"), row("e")], about)).toEqual({
      rows: [row("a")],
      missed: true,
    });
  });

  it("are missed when nobody knows their place", () => {
    const sorted = { ...about, newestFirst: false };
    expect(withNewest([row("a"), row("b")], [row("c"), row("a")], sorted).missed).toBe(true);
    expect(withNewest([row("a"), row("b")], [row("b"), row("a")], sorted).missed).toBe(false);
  });
});
