// How long trades were held, in the daemon's own ranges, and what each range brought.
import { Card } from "@/components/card";
import { type Column, DataTable } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { Loaded } from "@/components/loaded";
import { SignedText } from "@/components/signed-text";
import type { HoldingBucket } from "@/gen/tradingd/v1/analytics_pb";
import { formatMoney } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { durationMs, formatSpan } from "@/lib/time";
import { useAnalytics } from "../api/use-analytics";

function rangeOf({ from, to }: HoldingBucket): string {
  const least = formatSpan(durationMs(from) ?? 0);
  return to === undefined
    ? t("analytics:held.and_more", { from: least })
    : t("analytics:held.span", { from: least, to: formatSpan(durationMs(to)) });
}

function columns(most: number): Column<HoldingBucket>[] {
  return [
    { header: t("analytics:held.range"), cell: rangeOf },
    {
      header: t("analytics:column.trades"),
      align: "right",
      cell: (row) => (
        <span className="flex items-center justify-end gap-2">
          <span aria-hidden="true" className="h-2 w-24 max-md:hidden">
            <span
              className="ml-auto block h-full rounded-sm bg-accent"
              style={{ width: `${(Number(row.trades) / most) * 100}%` }}
            />
          </span>
          <span className="figure">{String(row.trades)}</span>
        </span>
      ),
    },
    { header: t("analytics:held.won"), align: "right", cell: (row) => String(row.wins) },
    {
      header: t("analytics:column.profit"),
      align: "right",
      cell: (row) => <SignedText value={row.profit}>{formatMoney(row.profit, true)}</SignedText>,
    },
  ];
}

export function HoldingCard() {
  const analytics = useAnalytics();
  return (
    <Card title={t("analytics:held.title")} aside={t("analytics:held.aside")}>
      <Loaded query={analytics} what={t("analytics:what")}>
        {({ holding }) =>
          holding.length === 0 ? (
            <EmptyState title={t("analytics:no_trades.title")}>{t("analytics:no_trades.what")}</EmptyState>
          ) : (
            <DataTable
              label={t("analytics:held.title")}
              columns={columns(Math.max(...holding.map((each) => Number(each.trades)), 1))}
              rows={holding}
              rowKey={rangeOf}
            />
          )
        }
      </Loaded>
    </Card>
  );
}
