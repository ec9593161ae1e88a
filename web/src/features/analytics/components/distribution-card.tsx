// How many trades brought how much: bars of the daemon's own ranges, and the same as a table.
import { Card } from "@/components/card";
import { type Column, DataTable } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { Loaded } from "@/components/loaded";
import type { ReturnBucket } from "@/gen/tradingd/v1/analytics_pb";
import { formatFigure } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { useAnalytics } from "../api/use-analytics";

const rangeOf = ({ fromPct, toPct }: ReturnBucket) => `${formatFigure(fromPct)} … ${formatFigure(toPct)} %`;

function columns(): Column<ReturnBucket>[] {
  return [
    { header: t("analytics:distribution.range"), cell: rangeOf },
    { header: t("analytics:column.trades"), align: "right", cell: (row) => String(row.trades) },
  ];
}

export function DistributionCard() {
  const analytics = useAnalytics();
  return (
    <Card title={t("analytics:distribution.title")} aside={t("analytics:distribution.aside")}>
      <Loaded query={analytics} what={t("analytics:what")}>
        {({ returns }) => {
          if (returns.length === 0) {
            return <EmptyState title={t("analytics:no_trades.title")}>{t("analytics:no_trades.what")}</EmptyState>;
          }
          return (
            <>
              <Bars buckets={returns} />
              <details className="mt-2">
                <summary className="min-h-9 py-1.5 text-sm font-medium">{t("analytics:as_table")}</summary>
                <DataTable
                  label={t("analytics:distribution.title")}
                  columns={columns()}
                  rows={returns}
                  rowKey={(row) => String(row.fromPct)}
                />
              </details>
            </>
          );
        }}
      </Loaded>
    </Card>
  );
}

function Bars({ buckets }: { buckets: ReturnBucket[] }) {
  const most = Math.max(...buckets.map((each) => Number(each.trades)), 1);
  const first = buckets[0];
  const last = buckets.at(-1);
  const trades = buckets.reduce((sum, each) => sum + Number(each.trades), 0);
  return (
    <div
      role="img"
      aria-label={t("analytics:distribution.label", {
        count: trades,
        from: formatFigure(first?.fromPct),
        to: formatFigure(last?.toPct),
      })}
    >
      <div className="flex h-40 items-end gap-px border-b border-line">
        {buckets.map((each) => (
          <span
            key={each.fromPct}
            className={`min-w-0 flex-1 rounded-t-xs ${each.fromPct + each.toPct < 0 ? "bg-down" : "bg-up"}`}
            style={{ height: `${(Number(each.trades) / most) * 100}%` }}
          />
        ))}
      </div>
      <div className="flex justify-between text-xs text-muted">
        <span>{formatFigure(first?.fromPct)} %</span>
        <span>{formatFigure(last?.toPct)} %</span>
      </div>
    </div>
  );
}
