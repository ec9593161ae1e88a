// What came of a candle and why, in a sentence.
import { type Decision, DecisionResult } from "@/gen/tradingd/v1/decisions_pb";
import { formatDecimal } from "@/lib/decimal";
import { t, textOf } from "@/lib/i18n";
import { words } from "@/lib/labels";

export function verdictOf(decision: Decision): string {
  const why = textOf(`decisions:why.${decision.reason}`) ?? words(decision.reason);
  switch (decision.result) {
    case DecisionResult.DENIED: {
      const failed = decision.risk.find((each) => !each.passed);
      const figures = failed && {
        value: formatDecimal(failed.value, { maxPlaces: 4 }),
        limit: formatDecimal(failed.limit, { maxPlaces: 4 }),
      };
      const measured = figures && figures.value !== figures.limit;
      return `${t("decisions:verdict.denied", { why })}${measured ? ` ${t("decisions:verdict.measured", figures)}` : ""}`;
    }
    case DecisionResult.ENTERED:
      return t("decisions:verdict.entered");
    case DecisionResult.EXITED:
      return t("decisions:verdict.exited");
    case DecisionResult.EXIT_FENCED:
      return t("decisions:verdict.fenced");
    default:
      return t("decisions:verdict.held", { why });
  }
}
