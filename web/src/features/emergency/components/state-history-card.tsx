import { Badge } from "@/components/badge";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { type Column, DataTable } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { Loaded } from "@/components/loaded";
import type { StateChange } from "@/gen/tradingd/v1/emergency_pb";
import { t } from "@/lib/i18n";
import { labelOf, words } from "@/lib/labels";
import { STATE_MARK, STATE_TONE } from "@/lib/state-look";
import { durationMs, formatDateTime, formatSpan, timestampMs } from "@/lib/time";
import { useStateHistory } from "../api/use-state-history";

function whoOf({ principal, role, source }: StateChange): string {
  if (principal === "") return t("emergency:history.engine");
  return [principal, role && words(role), source].filter(Boolean).join(" · ");
}

function columns(): Column<StateChange>[] {
  return [
    {
      header: t("emergency:history.when"),
      cell: (row) => (
        <>
          {formatDateTime(timestampMs(row.recordedAt))}
          <span className="block text-xs text-muted">
            {t("emergency:history.data_time", { time: formatDateTime(timestampMs(row.at)) })}
          </span>
        </>
      ),
    },
    {
      header: t("emergency:history.state"),
      cell: (row) => (
        <Badge tone={STATE_TONE[row.to] ?? "neutral"}>
          <span aria-hidden="true">{STATE_MARK[row.to] ?? "?"}</span>
          {labelOf.tradingState(row.to)}
          {row.frozen && ` · ${t("emergency:history.frozen")}`}
        </Badge>
      ),
    },
    { header: t("emergency:history.who"), cell: whoOf },
    { header: t("emergency:history.why"), spread: true, cell: (row) => words(row.cause) || "–" },
    {
      header: t("emergency:history.lasted"),
      align: "right",
      cell: (row) =>
        row.lasted ? formatSpan(durationMs(row.lasted)) : t("emergency:history.now"),
    },
  ];
}

/** Who has stopped and resumed, when and why. */
export function StateHistoryCard() {
  const history = useStateHistory();
  return (
    <Card title={t("emergency:history.title")}>
      <Loaded query={history} what={t("emergency:history.title")}>
        {({ pages }) => {
          const changes = pages.flatMap((page) => page.changes);
          if (changes.length === 0) {
            return (
              <EmptyState title={t("emergency:history.none")}>
                {t("emergency:history.none_hint")}
              </EmptyState>
            );
          }
          return (
            <>
              <DataTable
                label={t("emergency:history.title")}
                columns={columns()}
                rows={changes}
                rowKey={(row) => String(row.sequence)}
              />
              {history.hasNextPage && (
                <Button
                  className="mt-3"
                  busy={history.isFetchingNextPage && t("loading")}
                  onClick={() => void history.fetchNextPage()}
                >
                  {t("more")}
                </Button>
              )}
            </>
          );
        }}
      </Loaded>
    </Card>
  );
}
