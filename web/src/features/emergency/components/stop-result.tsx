import type { ReactNode } from "react";
import { EmptyState } from "@/components/empty-state";
import type { StopResponse, SyntheticProtection } from "@/gen/tradingd/v1/emergency_pb";
import type { Order } from "@/gen/tradingd/v1/orders_pb";
import { formatPrice, formatQuantity } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { OrderLine } from "./order-line";

function Part({ title, count, children }: { title: string; count: number; children: ReactNode }) {
  if (count === 0) return null;
  return (
    <section aria-label={title}>
      <h3 className="font-semibold">
        {title} ({count})
      </h3>
      <ul className="mt-1 grid gap-1">{children}</ul>
    </section>
  );
}

const lines = (orders: Order[]) =>
  orders.map((order) => <OrderLine key={order.clientOrderId} order={order} />);

function watchedText({ stopPrice, targetPrice }: SyntheticProtection): string {
  return t("emergency:result.watched_at", {
    stop: stopPrice === "" ? t("emergency:result.no_stop") : formatPrice(stopPrice),
    target: targetPrice === "" ? t("emergency:result.no_target") : formatPrice(targetPrice),
  });
}

/** What the stop did and what may still happen, exactly as the daemon lists it. */
export function StopResult({ answer }: { answer: StopResponse }) {
  const { cancelledOrderIds, protection, inFlight, synthetic, unprotectedSymbols } = answer;
  const nothing =
    cancelledOrderIds.length + protection.length + inFlight.length + synthetic.length === 0;
  return (
    <div role="status" className="grid gap-4 text-sm">
      {unprotectedSymbols.length > 0 && (
        <p className="font-semibold text-warn">
          {t("emergency:result.unprotected", { symbols: unprotectedSymbols.join(", ") })}
        </p>
      )}
      {nothing && (
        <EmptyState title={t("emergency:result.nothing")}>
          {t("emergency:result.nothing_hint")}
        </EmptyState>
      )}
      <Part title={t("emergency:result.cancelled")} count={cancelledOrderIds.length}>
        {cancelledOrderIds.map((id) => (
          <li key={id} className="text-muted">
            {id}
          </li>
        ))}
      </Part>
      <Part title={t("emergency:result.stays")} count={protection.length}>
        {lines(protection)}
      </Part>
      <Part title={t("emergency:result.watched")} count={synthetic.length}>
        {synthetic.map((each) => (
          <li key={each.symbol}>
            {formatQuantity(each.quantity)} {each.symbol}: {watchedText(each)}
          </li>
        ))}
      </Part>
      <Part title={t("emergency:result.in_flight")} count={inFlight.length}>
        {lines(inFlight)}
      </Part>
      {answer.effect?.replayed === true && (
        <p className="text-muted">{t("emergency:result.replayed")}</p>
      )}
    </div>
  );
}
