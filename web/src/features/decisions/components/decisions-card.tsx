import { Card } from "@/components/card";
import { EmptyState } from "@/components/empty-state";
import { Loaded } from "@/components/loaded";
import { t } from "@/lib/i18n";
import { useLatestDecisions } from "../api/use-latest-decisions";
import { DecisionRow } from "./decision-row";

/** Why, or why not: the newest decision of each symbol. */
export function DecisionsCard() {
  const decisions = useLatestDecisions();
  return (
    <Card title={t("decisions:latest")} aside={t("decisions:why_or_not")}>
      <Loaded query={decisions} what={t("decisions:what")}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState title={t("decisions:empty.title")}>{t("decisions:empty.what")}</EmptyState>
          ) : (
            <ul className="divide-y divide-line/60">
              {rows.map((each) => (
                <DecisionRow key={each.symbol} decision={each} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}
