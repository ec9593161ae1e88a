// What trading cost: fees, slippage, shortfall; in all, by what was done, and by day.
import { Card } from "@/components/card";
import { EmptyState } from "@/components/empty-state";
import { Loaded } from "@/components/loaded";
import { Stat } from "@/components/stat";
import { DataTable } from "@/components/data-table";
import { NO_VALUE, formatDecimal, formatFigure, formatMoney } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { useCosts } from "../api/use-analytics";
import { dayColumns, executionColumns } from "../cost-columns";

export function CostsCard() {
  const costs = useCosts();
  return (
    <Card title={t("analytics:costs.title")} aside={costs.data?.quoteAsset}>
      <Loaded query={costs} what={t("analytics:costs.what")}>
        {({ fees, total, executions, days }) =>
          executions.length === 0 ? (
            <EmptyState title={t("analytics:costs.none")}>{t("analytics:costs.none_what")}</EmptyState>
          ) : (
            <div className="grid gap-4">
              <dl className="grid grid-cols-2 gap-2 md:grid-cols-4">
                {fees.map(({ asset, amount }) => (
                  <Stat key={asset} label={t("analytics:costs.fees_in", { asset })}>
                    {formatDecimal(amount, { minPlaces: 2, maxPlaces: 4 })}
                  </Stat>
                ))}
                <Stat label={t("analytics:costs.slippage")}>{formatMoney(total?.slippage)}</Stat>
                <Stat label={t("analytics:costs.slippage_bps")}>
                  {total?.slippageBps === undefined ? NO_VALUE : `${formatFigure(total.slippageBps)} bps`}
                </Stat>
                <Stat label={t("analytics:costs.shortfall")}>{formatMoney(total?.shortfall)}</Stat>
              </dl>
              <DataTable
                label={t("analytics:costs.executions")}
                columns={executionColumns()}
                rows={executions}
                rowKey={(row) => `${row.symbol} ${row.style} ${row.purpose}`}
              />
              {days.length > 0 && (
                <details>
                  <summary className="min-h-9 py-1.5 text-sm font-medium">{t("analytics:costs.days")}</summary>
                  <DataTable
                    label={t("analytics:costs.days")}
                    columns={dayColumns()}
                    rows={days.toReversed()}
                    rowKey={(row) => row.day}
                  />
                </details>
              )}
            </div>
          )
        }
      </Loaded>
    </Card>
  );
}
