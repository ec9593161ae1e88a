import { type Column, DataTable } from "@/components/data-table";
import { SignedText } from "@/components/signed-text";
import type { TradeShare } from "@/gen/tradingd/v1/trades_pb";
import { formatMoney, formatQuantity } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { words } from "@/lib/labels";

function columns(): Column<TradeShare>[] {
  return [
    { header: t("trades:column.strategies"), cell: (row) => words(row.strategy) },
    {
      header: t("trades:column.quantity"),
      align: "right",
      cell: (row) => formatQuantity(row.quantity),
    },
    {
      header: t("trades:column.profit"),
      align: "right",
      cell: (row) => <SignedText value={row.profit}>{formatMoney(row.profit, true)}</SignedText>,
    },
  ];
}

/** What each strategy had of the trade. */
export function TradeShares({ shares }: { shares: TradeShare[] }) {
  if (shares.length === 0) return null;
  return (
    <section aria-label={t("trades:shares")}>
      <h3 className="mb-1 font-semibold">{t("trades:shares")}</h3>
      <DataTable
        label={t("trades:shares")}
        columns={columns()}
        rows={shares}
        rowKey={(row) => row.strategy}
      />
    </section>
  );
}
