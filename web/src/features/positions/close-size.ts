// How much of a position is to be sold: a share of it, or a quantity that is typed.
import { compareDecimals } from "@/lib/decimal";
import { t } from "@/lib/i18n";

export const SIZES = ["25", "50", "75", "100", "quantity"] as const;
export type Size = (typeof SIZES)[number];

/** What is wrong with a typed quantity; empty when nothing is. */
export function quantityProblem(typed: string, held: string): string {
  if (!/^\d+(\.\d+)?$/.test(typed) || compareDecimals(typed, "0") !== 1) {
    return t("positions:close.no_quantity");
  }
  return compareDecimals(typed, held) === 1 ? t("positions:close.too_much") : "";
}

type Request =
  | { case: "quantity"; value: string }
  | { case: "partPct"; value: string }
  | { case: undefined; value?: undefined };

/** All of it is asked for without a size, so that no step of the instrument is left over. */
export function sizeRequest(size: Size, quantity: string): Request {
  if (size === "quantity") return { case: "quantity", value: quantity };
  return size === "100" ? { case: undefined } : { case: "partPct", value: size };
}
