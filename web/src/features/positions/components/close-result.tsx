import { Button } from "@/components/button";
import type { ClosePositionResponse } from "@/gen/tradingd/v1/positions_pb";
import { formatMoney, formatPrice, formatQuantity } from "@/lib/decimal";
import { t } from "@/lib/i18n";

export type Closed = ClosePositionResponse;

/** What became of a close; it stays until it is put away. */
export function CloseResult({ closed, onDismiss }: { closed: Closed; onDismiss(): void }) {
  const { symbol, execution } = closed;
  return (
    <div
      role="status"
      className="flex flex-wrap items-center justify-between gap-3 rounded-xl border border-line bg-surface px-4 py-2 text-sm"
    >
      <p>
        {execution
          ? t("positions:closed.done", {
              symbol,
              quantity: formatQuantity(execution.filled),
              price: formatPrice(execution.averagePrice),
              fees: formatMoney(execution.fees),
            })
          : t("positions:closed.working", { symbol, quantity: formatQuantity(closed.quantity) })}
      </p>
      <Button onClick={onDismiss}>{t("close")}</Button>
    </div>
  );
}
