import { type Column, DataTable } from "@/components/data-table";
import type { AuditFinding } from "@/gen/tradingd/v1/audit_pb";
import { t, textOf } from "@/lib/i18n";

function columns(): Column<AuditFinding>[] {
  return [
    {
      header: t("audit:finding.kind"),
      cell: (row) => <strong className="text-down">{textOf(`audit:finding.${row.kind}`) ?? row.kind}</strong>,
    },
    { header: t("audit:finding.where"), align: "right", cell: (row) => String(row.sequence) },
    { header: t("audit:finding.text"), spread: true, cell: (row) => row.text },
  ];
}

export function FindingsTable({ findings }: { findings: AuditFinding[] }) {
  return (
    <DataTable
      label={t("audit:finding.label")}
      columns={columns()}
      rows={findings}
      rowKey={(row) => `${row.kind} ${row.sequence} ${row.text}`}
    />
  );
}
