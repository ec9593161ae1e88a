import { type Column, DataTable } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { SignedText } from "@/components/signed-text";
import type { CloseAllReport, ClosedPosition } from "@/gen/tradingd/v1/emergency_pb";
import { formatMoney, formatPrice, formatQuantity } from "@/lib/decimal";

const COLUMNS: Column<ClosedPosition>[] = [
  { header: "Symbol", cell: (row) => <strong>{row.symbol}</strong> },
  { header: "Held", align: "right", cell: (row) => formatQuantity(row.held) },
  { header: "Sold", align: "right", cell: (row) => formatQuantity(row.sold) },
  { header: "Average", align: "right", cell: (row) => formatPrice(row.averagePrice) },
  {
    header: "Profit",
    align: "right",
    cell: (row) => <SignedText value={row.profit}>{formatMoney(row.profit, true)}</SignedText>,
  },
  { header: "Remaining", align: "right", cell: (row) => formatQuantity(row.remaining) },
  { header: "Note", spread: true, cell: (row) => row.note },
];

export function CloseAllReportTable({ report }: { report: CloseAllReport }) {
  const verdict = report.running
    ? "Still selling…"
    : report.flat
      ? "Flat: nothing is left but dust."
      : "Not flat: something remains.";
  return (
    <div className="grid gap-3">
      <p role="status" className={report.flat || report.running ? "text-sm" : "text-sm text-down"}>
        {verdict}
      </p>
      {report.positions.length === 0 ? (
        <EmptyState title="No position was open">Nothing was sold.</EmptyState>
      ) : (
        <DataTable
          label="What was closed"
          columns={COLUMNS}
          rows={report.positions}
          rowKey={(row) => row.symbol}
        />
      )}
    </div>
  );
}
