import { Badge } from "@/components/badge";
import { Card } from "@/components/card";
import type { Column } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { EndlessTable } from "@/components/endless-table";
import { Loaded } from "@/components/loaded";
import type { Decision } from "@/gen/tradingd/v1/decisions_pb";
import { formatPrice } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { labelOf, words } from "@/lib/labels";
import { momentText } from "@/lib/moments";
import { formatDateTime } from "@/lib/time";
import { useMatchingDecisions } from "../api/use-matching-decisions";
import { useDecisionAddress } from "../filters";
import { openMs } from "../grid";
import { markOf } from "../marks";

function columns(onChoose: (row: Decision) => void): Column<Decision>[] {
  return [
    {
      header: t("decisions:column.candle"),
      cell: (row) => (
        <button type="button" className="text-accent underline" onClick={() => onChoose(row)}>
          {formatDateTime(openMs(row))}
        </button>
      ),
    },
    { header: t("decisions:column.symbol"), cell: (row) => <strong>{row.symbol}</strong> },
    {
      header: t("decisions:column.result"),
      cell: (row) => (
        <Badge tone={markOf(row.result).tone}>
          <span aria-hidden="true">{markOf(row.result).sign}</span> {labelOf.result(row.result)}
        </Badge>
      ),
    },
    { header: t("decisions:column.reason"), cell: (row) => words(row.reason) },
    { header: t("decisions:column.close"), align: "right", cell: (row) => formatPrice(row.close) },
    { header: t("decisions:column.regime"), cell: (row) => labelOf.regime(row.regime) },
    { header: t("decisions:column.trend"), cell: (row) => labelOf.trend(row.trend) },
  ];
}

/** Every decision that matches the filters, newest first. */
export function MatchingCard() {
  const { put, filters, until } = useDecisionAddress();
  const matching = useMatchingDecisions(filters, until);
  const choose = (row: Decision) => put({ of: row.symbol, at: momentText(openMs(row)) });
  return (
    <Card title={t("decisions:matching.title")} aside={t("decisions:matching.order")}>
      <Loaded query={matching} what={t("decisions:what")}>
        {({ pages }) => {
          const rows = pages.flatMap((each) => each.decisions);
          if (rows.length === 0) {
            return (
              <EmptyState title={t("decisions:matching.none")}>
                {t("decisions:matching.none_what")}
              </EmptyState>
            );
          }
          return (
            <EndlessTable
              label={t("decisions:matching.title")}
              columns={columns(choose)}
              rows={rows}
              rowKey={(row) => `${row.symbol} ${openMs(row)}`}
              hasMore={matching.hasNextPage}
              onMore={() => {
                if (!matching.isFetchingNextPage) void matching.fetchNextPage();
              }}
              height="max-h-96"
            />
          );
        }}
      </Loaded>
    </Card>
  );
}
