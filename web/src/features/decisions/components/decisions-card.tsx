import { Card } from "@/components/card";
import { EmptyState } from "@/components/empty-state";
import { ErrorNotice } from "@/components/error-notice";
import { Skeleton } from "@/components/skeleton";
import { useLatestDecisions } from "../api/use-latest-decisions";
import { DecisionRow } from "./decision-row";

/** Why, or why not: the newest decision of each symbol. */
export function DecisionsCard() {
  const decisions = useLatestDecisions();
  return (
    <Card title="Latest decisions" aside="why, or why not">
      {decisions.isPending && <Skeleton />}
      {decisions.isError && <ErrorNotice title={decisions.data ? "Not renewed" : "No decisions"} error={decisions.error} />}
      {decisions.data?.length === 0 && (
        <EmptyState title="No decision yet">
          The first comes when a candle closes after the warm-up.
        </EmptyState>
      )}
      <ul className="divide-y divide-line/60">
        {decisions.data?.map((each) => (
          <DecisionRow key={each.symbol} decision={each} />
        ))}
      </ul>
    </Card>
  );
}
