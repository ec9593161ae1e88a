// What is typed into the protection dialog: checked as it is typed, turned into what the daemon is
// asked for. A level that was not touched is not sent, so that it stays whatever it has become.
import { compareDecimals } from "@/lib/decimal";
import { t } from "@/lib/i18n";

export const LEVELS = ["stop", "firstTarget", "target"] as const;
export type Level = (typeof LEVELS)[number];
export type Levels = Record<Level, string>;

const PRICE = /^\d+(\.\d+)?$/;

function isPrice(text: string): boolean {
  return PRICE.test(text) && compareDecimals(text, "0") === 1;
}

/** What is wrong with a level; empty when nothing is, or when it was not touched. */
export function levelProblem(level: Level, typed: Levels, was: Levels, mark: string): string {
  const price = typed[level];
  if (price === was[level] || price === "") return "";
  if (!isPrice(price)) return t("positions:edit.no_price");
  const toMark = compareDecimals(price, mark);
  if (level === "stop") return toMark === -1 ? "" : t("positions:edit.stop_above");
  if (toMark !== 1) return t("positions:edit.target_below");
  const { firstTarget, target } = typed;
  const crossed = isPrice(firstTarget) && isPrice(target) && compareDecimals(firstTarget, target) !== -1;
  return level === "firstTarget" && crossed ? t("positions:edit.first_beyond") : "";
}

type Change =
  | { change: { case: "price"; value: string } }
  | { change: { case: "clear"; value: true } };

/** The levels that were touched, as the daemon takes them. */
export function levelChanges(typed: Levels, was: Levels): Partial<Record<Level, Change>> {
  const changes: Partial<Record<Level, Change>> = {};
  for (const level of LEVELS) {
    const price = typed[level];
    if (price === was[level]) continue;
    changes[level] =
      price === ""
        ? { change: { case: "clear", value: true } }
        : { change: { case: "price", value: price } };
  }
  return changes;
}
