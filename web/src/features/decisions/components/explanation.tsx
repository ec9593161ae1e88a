// Everything about one candle of one symbol: the verdict first, then how it came about.
import { Link } from "@tanstack/react-router";
import { Badge } from "@/components/badge";
import type { Decision } from "@/gen/tradingd/v1/decisions_pb";
import { t } from "@/lib/i18n";
import { labelOf } from "@/lib/labels";
import { formatDateTime, timestampMs } from "@/lib/time";
import { markOf } from "../marks";
import { verdictOf } from "../verdict";
import { DecisionStages } from "./decision-stages";

interface ExplanationProps {
  decision: Decision;
  /** Orders that came of it. */
  orders: string[];
}

export function Explanation({ decision, orders }: ExplanationProps) {
  const { sign, tone } = markOf(decision.result);
  return (
    <div className="grid gap-4">
      <div className="grid gap-1.5">
        <h3 className="flex flex-wrap items-center gap-2 text-base font-semibold">
          {decision.symbol}
          <Badge tone={tone}>
            <span aria-hidden="true">{sign}</span> {labelOf.result(decision.result)}
          </Badge>
          <span className="text-xs font-normal text-muted">
            {t("decisions:candle", {
              interval: decision.interval,
              from: formatDateTime(timestampMs(decision.openTime)),
              to: formatDateTime(timestampMs(decision.at)).slice(11),
            })}
          </span>
        </h3>
        <p className="text-sm">{verdictOf(decision)}</p>
        {orders.length > 0 && (
          <p className="text-sm">
            <span className="text-muted">{t("decisions:orders", { count: orders.length })} </span>
            {orders.map((each) => (
              <Link
                key={each}
                to={"/orders" as never}
                search={{ order: each } as never}
                className="mr-2 text-accent underline"
              >
                {each}
              </Link>
            ))}
          </p>
        )}
      </div>
      <DecisionStages decision={decision} />
    </div>
  );
}
