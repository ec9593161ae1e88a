import { Card } from "@/components/card";
import { type Column, DataTable } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { SignedText } from "@/components/signed-text";
import { Skeleton } from "@/components/skeleton";
import type { Trade } from "@/gen/tradingd/v1/trades_pb";
import { formatMoney, formatPercent, formatPrice, formatQuantity } from "@/lib/decimal";
import { labelOf } from "@/lib/labels";
import { formatShort, timestampMs } from "@/lib/time";
import { useWorld } from "@/lib/use-world";

const SHOWN = 10;

const COLUMNS: Column<Trade>[] = [
  { header: "Closed, UTC", cell: (row) => formatShort(timestampMs(row.closedAt)) },
  { header: "Symbol", cell: (row) => <strong>{row.symbol}</strong> },
  { header: "Quantity", align: "right", cell: (row) => formatQuantity(row.quantity) },
  { header: "Entry", align: "right", cell: (row) => formatPrice(row.entryPrice) },
  { header: "Exit", align: "right", cell: (row) => formatPrice(row.exitPrice) },
  {
    header: "Profit",
    align: "right",
    cell: (row) => (
      <SignedText value={row.profit}>
        {`${formatMoney(row.profit, true)} (${formatPercent(row.profitPct, true)})`}
      </SignedText>
    ),
  },
  { header: "Left by", cell: (row) => labelOf.exitReason(row.exitReason) },
  { header: "Strategies", cell: (row) => row.shares.map((each) => each.strategy).join(", ") },
];

export function TradesCard() {
  const trades = useWorld((world) => world.recentTrades);
  const total = useWorld((world) => world.portfolio?.trades);
  return (
    <Card
      title="Last trades"
      aside={trades && `${Math.min(SHOWN, trades.length)} of ${String(total ?? trades.length)}`}
    >
      {trades === undefined && <Skeleton />}
      {trades?.length === 0 && (
        <EmptyState title="No trade yet">A trade is listed when a position is left.</EmptyState>
      )}
      {trades && trades.length > 0 && (
        <DataTable
          label="Last trades"
          columns={COLUMNS}
          rows={trades.slice(0, SHOWN)}
          rowKey={(row) => String(row.id)}
        />
      )}
    </Card>
  );
}
