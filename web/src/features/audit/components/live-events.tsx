import type { AuditEvent } from "@/gen/tradingd/v1/audit_pb";
import { ErrorNotice } from "@/components/error-notice";
import { t } from "@/lib/i18n";
import { useLiveEvents } from "../api/use-events";
import type { Filters } from "../filters";
import { EventTable } from "./event-table";

interface LiveEventsProps {
  filters: Filters;
  /** What the list below has already. */
  after: bigint;
  rows: AuditEvent[];
  hasMore: boolean;
  onMore(): void;
  onOpen(event: AuditEvent): void;
}

/** New records above the list, as they are written. */
export function LiveEvents({ filters, after, rows, ...table }: LiveEventsProps) {
  const tail = useLiveEvents(filters, after);
  const newest = tail.items.toReversed();
  // Between both there may be records that were let go; then the list must not follow without a gap.
  const all = tail.forgotten > 0 ? newest : [...newest, ...rows];
  return (
    <>
      {tail.phase === "lost" && tail.error !== undefined && (
        <ErrorNotice title={t("audit:live_lost")} error={tail.error} />
      )}
      <p role="status" className="mb-2 text-xs text-muted">
        {tail.phase === "live" ? t("audit:live_since", { count: tail.items.length + tail.forgotten }) : t("audit:live_opening")}
      </p>
      <EventTable {...table} rows={all} />
    </>
  );
}
