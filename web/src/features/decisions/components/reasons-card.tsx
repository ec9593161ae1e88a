import { Badge } from "@/components/badge";
import { Card } from "@/components/card";
import { Choice } from "@/components/choice";
import { type Column, DataTable } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { Loaded } from "@/components/loaded";
import { DecisionResult } from "@/gen/tradingd/v1/decisions_pb";
import { formatFigure } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { labelOf, words } from "@/lib/labels";
import { COUNTED, type Counted, countedOf, useDecisionCounts } from "../api/use-decision-counts";
import { useDecisionAddress } from "../filters";
import { markOf } from "../marks";
import { type ReasonCount, reasonCounts } from "../reason-counts";

const RANGES = Object.keys(COUNTED) as Counted[];

/** How often each reason came up; a press on one looks for its candles. */
export function ReasonsCard() {
  const { address, put } = useDecisionAddress();
  const counted = countedOf(address.counted);
  const counts = useDecisionCounts(address.symbol, address.strategy, counted);
  const pick = ({ reason, result }: ReasonCount) => put({ reason, result: DecisionResult[result] ?? "" });
  return (
    <Card
      title={t("decisions:reasons.title")}
      aside={
        <Choice
          label={t("decisions:reasons.range")}
          options={RANGES.map((value) => ({ value, label: t(`decisions:reasons.${value}`) }))}
          value={counted}
          onChange={(value) => put({ counted: value })}
        />
      }
    >
      <Loaded query={counts} what={t("decisions:reasons.what")}>
        {(data) => {
          const rows = reasonCounts(data.counts);
          if (rows.length === 0) {
            return <EmptyState title={t("decisions:empty.title")}>{t("decisions:empty.what")}</EmptyState>;
          }
          return (
            <DataTable
              label={t("decisions:reasons.title")}
              columns={columns(Number(data.total), pick)}
              rows={rows}
              rowKey={(row) => `${row.result} ${row.reason}`}
            />
          );
        }}
      </Loaded>
    </Card>
  );
}

function columns(total: number, onPick: (row: ReasonCount) => void): Column<ReasonCount>[] {
  return [
    {
      header: t("decisions:column.result"),
      cell: (row) => (
        <Badge tone={markOf(row.result).tone}>
          <span aria-hidden="true">{markOf(row.result).sign}</span> {labelOf.result(row.result)}
        </Badge>
      ),
    },
    {
      header: t("decisions:column.reason"),
      cell: (row) => (
        <button type="button" className="text-left text-accent underline" onClick={() => onPick(row)}>
          {words(row.reason)}
        </button>
      ),
    },
    { header: t("decisions:column.count"), align: "right", cell: (row) => row.count },
    {
      header: t("decisions:column.share"),
      align: "right",
      cell: (row) => `${formatFigure((row.count / Math.max(1, total)) * 100, 1)} %`,
    },
    {
      header: t("decisions:column.symbols"),
      spread: true,
      cell: (row) => (
        <span className="text-muted">
          {[...row.bySymbol].map(([symbol, count]) => `${symbol} ${count}`).join(" · ")}
        </span>
      ),
    },
  ];
}
