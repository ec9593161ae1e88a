import { type Column, DataTable } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { SignedText } from "@/components/signed-text";
import type { CloseAllReport, ClosedPosition } from "@/gen/tradingd/v1/emergency_pb";
import { formatMoney, formatPrice, formatQuantity } from "@/lib/decimal";
import { t } from "@/lib/i18n";

function columns(): Column<ClosedPosition>[] {
  return [
    { header: t("emergency:report.symbol"), cell: (row) => <strong>{row.symbol}</strong> },
    { header: t("emergency:report.held"), align: "right", cell: (row) => formatQuantity(row.held) },
    { header: t("emergency:report.sold"), align: "right", cell: (row) => formatQuantity(row.sold) },
    {
      header: t("emergency:report.average"),
      align: "right",
      cell: (row) => formatPrice(row.averagePrice),
    },
    {
      header: t("emergency:report.profit"),
      align: "right",
      cell: (row) => <SignedText value={row.profit}>{formatMoney(row.profit, true)}</SignedText>,
    },
    {
      header: t("emergency:report.remaining"),
      align: "right",
      cell: (row) => formatQuantity(row.remaining),
    },
    {
      header: t("emergency:report.note"),
      spread: true,
      cell: (row) => row.note || t("emergency:report.nothing_left"),
    },
  ];
}

function verdictOf({ running, flat }: CloseAllReport): string {
  if (running) return t("emergency:report.running");
  return flat ? t("emergency:report.flat") : t("emergency:report.not_flat");
}

export function CloseAllReportTable({ report }: { report: CloseAllReport }) {
  const { running, flat, positions } = report;
  return (
    <div className="grid gap-3">
      <p role="status" className={`text-sm ${flat || running ? "" : "font-semibold text-down"}`}>
        {verdictOf(report)}
      </p>
      {positions.length === 0 ? (
        <EmptyState title={t("emergency:report.none")}>{t("emergency:report.none_hint")}</EmptyState>
      ) : (
        <DataTable
          label={t("emergency:report.table")}
          columns={columns()}
          rows={positions}
          rowKey={(row) => row.symbol}
        />
      )}
    </div>
  );
}
