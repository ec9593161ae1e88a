import type { ReactNode } from "react";
import { EmptyState } from "@/components/empty-state";
import { Loaded } from "@/components/loaded";
import type { Decision } from "@/gen/tradingd/v1/decisions_pb";
import { t } from "@/lib/i18n";
import { formatDateTime, timestampMs } from "@/lib/time";
import { useDecision } from "../api/use-decision";
import { Explanation } from "./explanation";

interface ExplainedCandleProps {
  symbol: string;
  /** Open time of the candle, or any moment. */
  at: number;
  /** What can be done with it, below the explanation. */
  children?(decision: Decision): ReactNode;
}

/** Asks for the decision of a candle and explains it. */
export function ExplainedCandle({ symbol, at, children }: ExplainedCandleProps) {
  const query = useDecision(symbol, at);
  return (
    <Loaded query={query} what={t("decisions:what_one")}>
      {(found) =>
        found === null ? (
          <EmptyState title={t("decisions:none_at.title", { symbol, at: formatDateTime(at) })}>
            {t("decisions:none_at.what")}
          </EmptyState>
        ) : (
          <div className="grid gap-3" aria-live="polite">
            {timestampMs(found.decision.openTime) !== at && (
              <p role="status" className="text-sm text-warn">
                {t("decisions:last_before", { at: formatDateTime(at) })}
              </p>
            )}
            <Explanation decision={found.decision} orders={found.orders} />
            {children?.(found.decision)}
          </div>
        )
      }
    </Loaded>
  );
}
