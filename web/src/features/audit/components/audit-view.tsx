import { useState } from "react";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { Loaded } from "@/components/loaded";
import { Switch } from "@/components/switch";
import type { AuditEvent } from "@/gen/tradingd/v1/audit_pb";
import { formatDecimal } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { useAddress } from "@/lib/search";
import { useDebounced } from "@/lib/use-debounced";
import { useEvents } from "../api/use-events";
import { type Filters, NO_FILTER } from "../filters";
import { EventDialog } from "./event-dialog";
import { EventFilters } from "./event-filters";
import { EventTable } from "./event-table";
import { LiveEvents } from "./live-events";

const TYPING_MS = 300;

export function AuditView() {
  const [{ event, ...filters }, put] = useAddress({ ...NO_FILTER, event: "" });
  const [live, setLive] = useState(false);
  const settled = JSON.parse(useDebounced(JSON.stringify(filters), TYPING_MS)) as Filters;
  const query = useEvents(settled);
  const open = (chosen: AuditEvent) => put({ event: String(chosen.sequence) });
  const rows = query.data?.pages.flatMap((page) => page.events) ?? [];
  const first = query.data?.pages[0];
  return (
    <>
      <EventFilters filters={filters} onChange={put} />
      <Card
        title={t("audit:records")}
        aside={
          <div className="flex flex-wrap items-center gap-3">
            {first?.total !== undefined && <span>{t("audit:total", { shown: formatDecimal(String(first.total)) })}</span>}
            {!live && (
              <Button className="min-h-9 px-3" busy={query.isRefetching && t("loading")} onClick={() => void query.refetch()}>
                {t("audit:refresh")}
              </Button>
            )}
            <span className="flex items-center gap-2 text-sm text-ink">
              {t("audit:live")}
              <Switch label={t("audit:live")} on={live} onChange={setLive} />
            </span>
          </div>
        }
      >
        <Loaded query={query} what={t("nav:page.audit")}>
          {() => {
            const table = { rows, hasMore: query.hasNextPage, onMore: () => void (query.isFetchingNextPage || query.fetchNextPage()), onOpen: open };
            return live && first ? (
              <LiveEvents filters={settled} after={first.asOfSequence} {...table} />
            ) : (
              <EventTable {...table} {...(first?.total === undefined ? {} : { total: Number(first.total) })} />
            );
          }}
        </Loaded>
      </Card>
      {event !== "" && (
        <EventDialog
          sequence={event}
          known={rows.find((row) => String(row.sequence) === event)}
          onRequest={(request) => put({ ...NO_FILTER, request, event: "" })}
          onClose={() => put({ event: "" })}
        />
      )}
    </>
  );
}
