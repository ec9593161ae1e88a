import { Badge } from "@/components/badge";
import type { Column } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { EndlessTable } from "@/components/endless-table";
import type { AuditEvent } from "@/gen/tradingd/v1/audit_pb";
import { t } from "@/lib/i18n";
import { formatDateTime, timestampMs } from "@/lib/time";
import { kindText, severityText, toneOf, typeText } from "../wording";

interface EventTableProps {
  rows: AuditEvent[];
  total?: number;
  hasMore: boolean;
  onMore(): void;
  onOpen(event: AuditEvent): void;
}

function columns(onOpen: (event: AuditEvent) => void): Column<AuditEvent>[] {
  return [
    { header: t("audit:column.at"), cell: (row) => formatDateTime(timestampMs(row.at)) },
    {
      header: t("audit:column.severity"),
      cell: (row) => <Badge tone={toneOf(row.severity)}>{severityText(row.severity)}</Badge>,
    },
    { header: t("audit:column.type"), cell: (row) => typeText(row.type) },
    {
      header: t("audit:column.kind"),
      cell: (row) => (
        <button type="button" className="text-left max-md:-my-2 max-md:py-2 font-medium text-accent underline" onClick={() => onOpen(row)}>
          {kindText(row.kind)}
        </button>
      ),
    },
    { header: t("audit:column.who"), cell: (row) => row.principal || t("audit:engine") },
    {
      header: t("audit:column.summary"),
      cell: (row) => (
        <span className="block max-w-[34rem] text-muted md:truncate">
          {row.symbol !== "" && <strong className="mr-2 text-ink">{row.symbol}</strong>}
          {row.summary}
        </span>
      ),
      spread: true,
    },
    { header: "#", align: "right", cell: (row) => String(row.sequence) },
  ];
}

export function EventTable({ rows, total, hasMore, onMore, onOpen }: EventTableProps) {
  if (rows.length === 0) {
    return <EmptyState title={t("audit:none")}>{t("audit:none_hint")}</EmptyState>;
  }
  return (
    <EndlessTable
      label={t("audit:records")}
      columns={columns(onOpen)}
      rows={rows}
      rowKey={(row) => String(row.sequence)}
      {...(total === undefined ? {} : { total })}
      hasMore={hasMore}
      onMore={onMore}
    />
  );
}
