import { Card } from "@/components/card";
import { type Column, DataTable } from "@/components/data-table";
import { SignedBar } from "@/components/signed-bar";
import { SignedText } from "@/components/signed-text";
import { Skeleton } from "@/components/skeleton";
import type { Strategy } from "@/gen/tradingd/v1/strategies_pb";
import { NO_VALUE, formatMoney, toChartNumber } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { words } from "@/lib/labels";
import { useWorld } from "@/lib/use-world";
import { sorted, wonOf } from "../strategy-figures";
import { NoStrategy } from "./no-strategy";

function columns(longest: number): Column<Strategy>[] {
  return [
    { header: t("strategies:column.strategy"), cell: (row) => <strong>{words(row.name)}</strong> },
    {
      header: t("strategies:column.compared"),
      cell: (row) => (
        <span className="block min-w-32 py-1 md:w-[28rem] md:max-w-[40vw]">
          <SignedBar share={longest === 0 ? 0 : toChartNumber(row.totalProfit) / longest} />
        </span>
      ),
    },
    {
      header: t("strategies:column.profit"),
      align: "right",
      cell: (row) => (
        <SignedText value={row.totalProfit}>{formatMoney(row.totalProfit, true)}</SignedText>
      ),
    },
    { header: t("strategies:column.won"), align: "right", cell: wonOf },
    {
      header: t("strategies:column.holds"),
      cell: (row) => row.openSymbols.join(", ") || NO_VALUE,
    },
  ];
}

/** Which strategy earns: the best first. */
export function ComparisonCard() {
  const strategies = useWorld((world) => world.strategies);
  const asset = useWorld((world) => world.portfolio?.quoteAsset) ?? "";
  const longest = Math.max(0, ...(strategies ?? []).map((each) => Math.abs(toChartNumber(each.totalProfit))));
  return (
    <Card title={t("strategies:comparison")} aside={t("strategies:after_fees", { asset })}>
      {strategies === undefined && <Skeleton />}
      {strategies?.length === 0 && <NoStrategy />}
      {strategies && strategies.length > 0 && (
        <DataTable
          label={t("strategies:comparison")}
          columns={columns(longest)}
          rows={sorted(strategies, "profit")}
          rowKey={(row) => row.name}
        />
      )}
    </Card>
  );
}
