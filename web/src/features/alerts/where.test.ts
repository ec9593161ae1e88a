import { describe, expect, it } from "vitest";
import { textOf } from "@/lib/i18n";
import { whereToAct } from "./where";

describe("where an alert is acted on", () => {
  it.each(["strategy_disabled", "order_rejected", "position_unprotected", "trading_stopped", "drawdown_limit", "entries_denied"])(
    "%s: on a page of the navigation",
    (code) => {
      const where = whereToAct(code);
      expect(where?.path).toBe(`/${where?.name}`);
      expect(textOf(`alerts:code.${code}`)).toBeDefined();
      expect(textOf(`nav:page.${where?.name}`)).toBeDefined();
    },
  );

  it("is nowhere for a code that this build does not know", () => {
    expect(whereToAct("something_new")).toBeUndefined();
  });
});
