import { Card } from "@/components/card";
import { type Column, DataTable } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { Loaded } from "@/components/loaded";
import { PageLink } from "@/components/page-link";
import type { DecisionCount } from "@/gen/tradingd/v1/decisions_pb";
import { t } from "@/lib/i18n";
import { words } from "@/lib/labels";
import { useDenials } from "../api/use-denials";

function columns(): Column<DecisionCount>[] {
  return [
    { header: t("risk:volatility.symbol"), cell: (row) => <strong>{row.symbol}</strong> },
    { header: t("risk:denials.check"), cell: (row) => words(row.reason) },
    { header: t("risk:denials.count"), align: "right", cell: (row) => String(row.count) },
    {
      header: "",
      align: "right",
      cell: ({ symbol, reason }) => (
        <PageLink
          to="/decisions"
          search={{ symbol, reason, result: "DENIED" }}
          label={t("risk:denials.show_of", { symbol, check: words(reason) })}
        >
          {t("risk:denials.show")}
        </PageLink>
      ),
    },
  ];
}

/** Which checks have kept entries back, the most frequent first of each symbol. */
export function DenialsCard() {
  return (
    <Card title={t("risk:denials.title")}>
      <Loaded query={useDenials()} what={t("risk:denials.title")}>
        {(counts) =>
          counts.length === 0 ? (
            <EmptyState title={t("risk:denials.none")} />
          ) : (
            <DataTable
              label={t("risk:denials.title")}
              columns={columns()}
              rows={counts}
              rowKey={(row) => `${row.symbol} ${row.reason}`}
            />
          )
        }
      </Loaded>
    </Card>
  );
}
