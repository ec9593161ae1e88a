import { EmptyState } from "@/components/empty-state";
import type { StopResponse } from "@/gen/tradingd/v1/emergency_pb";
import { OrderLine } from "./order-line";

/** What the stop did and what may still happen, exactly as the daemon lists it. */
export function StopResult({ answer }: { answer: StopResponse }) {
  const { cancelledOrderIds, protection, inFlight, synthetic, unprotectedSymbols } = answer;
  const nothing =
    cancelledOrderIds.length + protection.length + inFlight.length + synthetic.length === 0;
  return (
    <div role="status" className="grid gap-4 text-sm">
      {unprotectedSymbols.length > 0 && (
        <p className="font-semibold text-warn">
          Nothing protects: {unprotectedSymbols.join(", ")}
        </p>
      )}
      {nothing && (
        <EmptyState title="Nothing was working">No order can fill any more.</EmptyState>
      )}
      {cancelledOrderIds.length > 0 && (
        <section aria-label="Cancelled entries">
          <h3 className="font-semibold">Cancelled entries ({cancelledOrderIds.length})</h3>
          <ul className="mt-1 grid gap-1 text-muted">
            {cancelledOrderIds.map((id) => (
              <li key={id}>{id}</li>
            ))}
          </ul>
        </section>
      )}
      {protection.length > 0 && (
        <section aria-label="Protection that stays">
          <h3 className="font-semibold">Protection that stays ({protection.length})</h3>
          <ul className="mt-1 grid gap-1">
            {protection.map((order) => (
              <OrderLine key={order.clientOrderId} order={order} />
            ))}
          </ul>
        </section>
      )}
      {synthetic.length > 0 && (
        <section aria-label="Watched by the daemon">
          <h3 className="font-semibold">Watched by the daemon itself ({synthetic.length})</h3>
          <ul className="mt-1 grid gap-1">
            {synthetic.map((watched) => (
              <li key={watched.symbol}>
                {watched.quantity} {watched.symbol}: sold at {watched.stopPrice || "no stop"} or
                below, at {watched.targetPrice || "no target"} or above
              </li>
            ))}
          </ul>
        </section>
      )}
      {inFlight.length > 0 && (
        <section aria-label="In flight">
          <h3 className="font-semibold text-warn">
            In flight, may still fill ({inFlight.length})
          </h3>
          <ul className="mt-1 grid gap-1">
            {inFlight.map((order) => (
              <OrderLine key={order.clientOrderId} order={order} />
            ))}
          </ul>
        </section>
      )}
      {answer.effect?.replayed === true && <p className="text-muted">It was stopped before.</p>}
    </div>
  );
}
