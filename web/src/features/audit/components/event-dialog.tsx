import type { ReactNode } from "react";
import { Badge } from "@/components/badge";
import { Button } from "@/components/button";
import { type Column, DataTable } from "@/components/data-table";
import { ErrorNotice } from "@/components/error-notice";
import { Modal } from "@/components/modal";
import { Skeleton } from "@/components/skeleton";
import type { AuditEvent } from "@/gen/tradingd/v1/audit_pb";
import { t } from "@/lib/i18n";
import { formatDateTime, timestampMs } from "@/lib/time";
import { useEvent } from "../api/use-events";
import { type ChangeLine, changesOf, linesOf } from "../detail";
import { kindText, severityText, toneOf, typeText } from "../wording";

interface EventDialogProps {
  sequence: string;
  known: AuditEvent | undefined;
  /** Everything that came of the same request. */
  onRequest(requestId: string): void;
  onClose(): void;
}

export function EventDialog({ sequence, known, onRequest, onClose }: EventDialogProps) {
  const query = useEvent(sequence, known);
  const event = known ?? query.data;
  return (
    <Modal title={t("audit:record", { sequence })} onClose={onClose} wide>
      {event ? (
        <EventDetail event={event} onRequest={onRequest} />
      ) : query.isError ? (
        <ErrorNotice title={t("audit:record_failed")} error={query.error} />
      ) : query.isLoading ? (
        <Skeleton />
      ) : (
        <p className="text-sm">{t("audit:record_missing")}</p>
      )}
      <div className="mt-4 flex justify-end">
        <Button onClick={onClose}>{t("close")}</Button>
      </div>
    </Modal>
  );
}

function changeColumns(): Column<ChangeLine>[] {
  return [
    { header: t("plan.what"), cell: (row) => <span className="font-mono break-all">{row.what}</span> },
    { header: t("plan.before"), spread: true, cell: (row) => <span className="break-all text-muted">{row.before}</span> },
    { header: t("plan.after"), spread: true, cell: (row) => <strong className="break-all">{row.after}</strong> },
  ];
}

function EventDetail({ event, onRequest }: { event: AuditEvent; onRequest(requestId: string): void }) {
  const changes = changesOf(event);
  const who = [event.principal || t("audit:engine"), event.role].filter((part) => part !== "").join(" · ");
  return (
    <div className="grid gap-4 text-sm">
      <p className="flex flex-wrap items-center gap-2">
        <strong className="text-base">{kindText(event.kind)}</strong>
        <Badge tone={toneOf(event.severity)}>{severityText(event.severity)}</Badge>
        <Badge>{typeText(event.type)}</Badge>
      </p>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
        <Item name={t("audit:column.at")}>{formatDateTime(timestampMs(event.at))}</Item>
        <Item name={t("audit:column.who")}>{who}</Item>
        {event.source !== "" && <Item name={t("audit:filter.source")}>{event.source}</Item>}
        {event.symbol !== "" && <Item name={t("audit:filter.symbol")}>{event.symbol}</Item>}
        {event.requestId !== "" && (
          <Item name={t("audit:filter.request")}>
            <button type="button" className="break-all text-accent underline" onClick={() => onRequest(event.requestId)}>
              {event.requestId}
            </button>
          </Item>
        )}
        {linesOf(event.detail).map(({ name, value }) => (
          <Item key={name} name={name}>
            <span className="break-all">{value}</span>
          </Item>
        ))}
        <Item name={t("audit:column.hash")}>
          <span className="font-mono text-xs break-all">{event.hash || t("audit:no_hash")}</span>
        </Item>
      </dl>
      {changes.length > 0 && (
        <section aria-label={t("audit:changes")} className="grid gap-1">
          <h3 className="font-semibold">{t("audit:changes")}</h3>
          <DataTable label={t("audit:changes")} columns={changeColumns()} rows={changes} rowKey={(row) => row.what} />
        </section>
      )}
    </div>
  );
}

function Item({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}
