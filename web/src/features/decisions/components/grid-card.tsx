import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { EmptyState } from "@/components/empty-state";
import { Loaded } from "@/components/loaded";
import { t } from "@/lib/i18n";
import { intervalMs, momentText } from "@/lib/moments";
import { formatDateTime, timestampMs } from "@/lib/time";
import { COLUMNS, useDecisionWindow } from "../api/use-decision-window";
import { useDecisionAddress } from "../filters";
import { gridOf } from "../grid";
import { DecisionGrid } from "./decision-grid";
import { GridLegend } from "./grid-legend";

/** A page of the grid is this part of it further: what was at the edge stays in view. */
const PAGE = Math.floor(COLUMNS * 0.75);

export function GridCard() {
  const { put, filters, until, chosen } = useDecisionAddress();
  const window = useDecisionWindow(filters.symbol, until);
  return (
    <Card title={t("decisions:grid.title")} aside={<GridLegend />}>
      <Loaded query={window} what={t("decisions:what")}>
        {({ decisions, older }) => {
          const grid = gridOf(decisions, COLUMNS);
          const first = grid.times[0];
          const last = grid.times.at(-1);
          if (first === undefined || last === undefined) return <NoDecision />;
          const length = intervalMs(decisions[0]?.interval ?? "") ?? 60_000;
          const end = timestampMs(decisions[0]?.at) ?? last;
          const go = (candles: number) => put({ until: momentText(end + candles * length) });
          return (
            <div className="grid gap-3">
              <DecisionGrid
                grid={grid}
                filters={filters}
                chosen={chosen}
                onChoose={(of, at) => put({ of, at: momentText(at) })}
              />
              <div className="flex flex-wrap items-center gap-2">
                <Button disabled={!older} onClick={() => go(-PAGE)}>
                  {t("decisions:grid.older")}
                </Button>
                <Button disabled={until === undefined} onClick={() => go(PAGE)}>
                  {t("decisions:grid.newer")}
                </Button>
                <Button disabled={until === undefined} onClick={() => put({ until: "" })}>
                  {t("decisions:grid.newest")}
                </Button>
                <p className="text-xs text-muted">
                  {t("decisions:grid.span", { from: formatDateTime(first), to: formatDateTime(end) })}
                </p>
              </div>
            </div>
          );
        }}
      </Loaded>
    </Card>
  );
}

function NoDecision() {
  return <EmptyState title={t("decisions:empty.title")}>{t("decisions:empty.what")}</EmptyState>;
}
