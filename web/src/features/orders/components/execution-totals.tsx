import { Stat } from "@/components/stat";
import type { ExecutionTotals as Totals } from "@/gen/tradingd/v1/orders_pb";
import { formatMoney } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { slippageText } from "../order-columns";

/** Over all executions that match, on all pages. */
export function ExecutionTotals({ totals }: { totals: Totals }) {
  return (
    <dl className="mb-3 grid grid-cols-2 gap-2 sm:grid-cols-3 xl:grid-cols-6">
      <Stat label={t("orders:execution.count")}>{String(totals.count)}</Stat>
      <Stat label={t("orders:execution.done")}>{String(totals.done)}</Stat>
      <Stat label={t("orders:execution.mean")}>{slippageText(totals.meanSlippageBps)}</Stat>
      <Stat label={t("orders:execution.worst")}>{slippageText(totals.worstSlippageBps)}</Stat>
      <Stat label={t("orders:execution.shortfall")}>{formatMoney(totals.shortfall)}</Stat>
      <Stat label={t("orders:execution.fees")}>
        {formatMoney(totals.fees)}
      </Stat>
    </dl>
  );
}
