// The trades of the range by strategy, symbol, hour, weekday, exit or month.
import { Card } from "@/components/card";
import { Choice } from "@/components/choice";
import { type Column, DataTable } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { Loaded } from "@/components/loaded";
import { SignedBar } from "@/components/signed-bar";
import { SignedText } from "@/components/signed-text";
import type { Breakdown, GetAnalyticsResponse } from "@/gen/tradingd/v1/analytics_pb";
import { formatFigure, formatMoney, toChartNumber } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { labelOf, words } from "@/lib/labels";
import { durationMs, formatSpan } from "@/lib/time";
import { GROUPS, type Group, useAnalyticsAddress } from "../address";
import { useAnalytics } from "../api/use-analytics";

const ROWS: Record<Group, (data: GetAnalyticsResponse) => Breakdown[]> = {
  strategy: (data) => data.byStrategy,
  symbol: (data) => data.bySymbol,
  hour: (data) => data.byHour,
  weekday: (data) => data.byWeekday,
  exit_reason: (data) => data.byExitReason,
  month: (data) => data.byMonth,
};

function nameOf(row: Breakdown, group: Group): string {
  if (group === "exit_reason") return labelOf.exitReason(row.exitReason);
  if (group === "hour") return `${row.key}:00`;
  if (group === "weekday") return t(`analytics:weekday.${row.key as "mon"}`);
  return group === "strategy" ? words(row.key) : row.key;
}

function columns(group: Group, longest: number): Column<Breakdown>[] {
  return [
    { header: t(`analytics:by.${group}`), cell: (row) => <strong>{nameOf(row, group)}</strong> },
    {
      header: t("analytics:column.compared"),
      cell: (row) => (
        <span className="block min-w-32 py-1 md:w-64">
          <SignedBar share={longest === 0 ? 0 : toChartNumber(row.profit) / longest} />
        </span>
      ),
    },
    {
      header: t("analytics:column.profit"),
      align: "right",
      cell: (row) => <SignedText value={row.profit}>{formatMoney(row.profit, true)}</SignedText>,
    },
    { header: t("analytics:column.trades"), align: "right", cell: (row) => String(row.trades) },
    { header: t("analytics:column.win_rate"), align: "right", cell: (row) => `${formatFigure(row.winRatePct, 1)} %` },
    { header: t("analytics:column.fees"), align: "right", cell: (row) => formatMoney(row.fees) },
    {
      header: t("analytics:column.holding"),
      align: "right",
      cell: (row) => formatSpan(durationMs(row.averageHolding)),
    },
  ];
}

export function BreakdownCard() {
  const analytics = useAnalytics();
  const { group, put } = useAnalyticsAddress();
  return (
    <Card
      title={t("analytics:breakdown")}
      aside={
        <Choice
          label={t("analytics:breakdown")}
          options={GROUPS.map((value) => ({ value, label: t(`analytics:by.${value}`) }))}
          value={group}
          onChange={(by) => put({ by })}
        />
      }
    >
      <Loaded query={analytics} what={t("analytics:what")}>
        {(data) => {
          const rows = ROWS[group](data);
          if (rows.length === 0) {
            return <EmptyState title={t("analytics:no_trades.title")}>{t("analytics:no_trades.what")}</EmptyState>;
          }
          const longest = Math.max(...rows.map((each) => Math.abs(toChartNumber(each.profit))));
          return (
            <DataTable
              label={t("analytics:breakdown_by", { group: t(`analytics:by.${group}`) })}
              columns={columns(group, longest)}
              rows={rows}
              rowKey={(row) => `${row.key} ${row.exitReason}`}
            />
          );
        }}
      </Loaded>
    </Card>
  );
}
