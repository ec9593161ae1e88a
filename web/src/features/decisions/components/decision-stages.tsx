// One decision, stage by stage: market, signals, vote, size, risk.
import type { ReactNode } from "react";
import type { Decision } from "@/gen/tradingd/v1/decisions_pb";
import { formatFigure, formatMoney, formatPrice, formatQuantity } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { labelOf, words } from "@/lib/labels";
import { RiskTable } from "./risk-table";
import { SignalsTable } from "./signals-table";

function Stage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="grid min-w-0 gap-1">
      <h4 className="text-xs font-semibold tracking-wide text-muted uppercase">{title}</h4>
      {children}
    </section>
  );
}

export function DecisionStages({ decision }: { decision: Decision }) {
  const { sizing } = decision;
  const failed = decision.risk.filter((each) => !each.passed).length;
  return (
    <div className="grid gap-4 text-sm">
      <Stage title={t("decisions:stage.market")}>
        <p>
          {t("decisions:market", {
            regime: labelOf.regime(decision.regime),
            trend: labelOf.trend(decision.trend),
            close: formatPrice(decision.close),
          })}
        </p>
      </Stage>
      {decision.signals.length > 0 && (
        <Stage title={t("decisions:stage.signals")}>
          <SignalsTable decision={decision} />
        </Stage>
      )}
      <Stage title={t("decisions:stage.vote")}>
        <p>
          {t("decisions:vote", {
            buy: formatFigure(decision.buyWeight),
            sell: formatFigure(decision.sellWeight),
            confidence: formatFigure(decision.confidence),
          })}
        </p>
      </Stage>
      {sizing && (
        <Stage title={t("decisions:stage.size")}>
          <p>
            {t("decisions:size", {
              quantity: formatQuantity(sizing.quantity),
              price: formatPrice(sizing.price),
              method: words(sizing.method),
              bound: words(sizing.bound),
              equity: formatMoney(sizing.equity),
              distance: formatPrice(sizing.stopDistance),
            })}
            {sizing.atr !== undefined && ` · ATR ${formatFigure(sizing.atr)}`}
          </p>
        </Stage>
      )}
      {decision.risk.length > 0 && (
        <Stage title={t("decisions:stage.risk", { passed: decision.risk.length - failed, failed })}>
          <RiskTable decision={decision} />
        </Stage>
      )}
    </div>
  );
}
