import { Card } from "@/components/card";
import { EmptyState } from "@/components/empty-state";
import { EndlessTable } from "@/components/endless-table";
import { Loaded } from "@/components/loaded";
import { NewRows } from "@/components/new-rows";
import { Skeleton } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { useExecutionList } from "../api/use-execution-list";
import { executionColumns } from "../execution-columns";
import type { OrdersAddress } from "../order-filters";
import { ExecutionTotals } from "./execution-totals";

/** How well orders were carried out, with what it cost in all. */
export function Executions({ address }: { address: OrdersAddress }) {
  const { query, rows, now, missed, hasMore, more, reload } = useExecutionList(address);
  return (
    <Card title={t("orders:executions")} aside={t("orders:execution.about")}>
      <Loaded query={query} what={t("orders:executions")} skeleton={<Skeleton rows={8} />}>
        {() =>
          rows.length === 0 ? (
            <EmptyState title={t("orders:empty.filtered")}>{t("orders:empty.executions")}</EmptyState>
          ) : (
            <>
              {now?.totals && <ExecutionTotals totals={now.totals} />}
              {missed && <NewRows onShow={reload} />}
              <EndlessTable
                label={t("orders:executions")}
                columns={executionColumns()}
                rows={rows}
                rowKey={(row) => `${row.intent} ${row.at?.seconds} ${row.filled}`}
                {...(now?.totals ? { total: Number(now.totals.count) } : {})}
                hasMore={hasMore}
                onMore={more}
              />
            </>
          )
        }
      </Loaded>
    </Card>
  );
}
