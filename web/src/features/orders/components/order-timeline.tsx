import type { Duration } from "@bufbuild/protobuf/wkt";
import type { OrderStep } from "@/gen/tradingd/v1/orders_pb";
import { formatPrice, formatQuantity } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { labelOf, words } from "@/lib/labels";
import { durationMs, formatDateTime, formatShortSpan, formatSpan, timestampMs } from "@/lib/time";

/** "+1.5 s"; whole minutes and more in the units that people count in. */
function since(span: Duration | undefined): string {
  const ms = durationMs(span) ?? 0;
  if (ms === 0) return "+0";
  return `+${ms < 60_000 ? formatShortSpan(ms) : formatSpan(ms)}`;
}

function Step({ step }: { step: OrderStep }) {
  return (
    <li className="relative border-l border-line pb-3 pl-4 last:pb-0">
      <span aria-hidden="true" className="absolute top-1.5 -left-1 size-2 rounded-full bg-accent" />
      <p className="flex flex-wrap justify-between gap-x-3">
        <strong>{labelOf.orderStep(step.kind)}</strong>
        <span className="text-muted">{formatDateTime(timestampMs(step.at))}</span>
      </p>
      {step.quantity !== "" && (
        <p>
          {t("orders:timeline.fill", {
            quantity: formatQuantity(step.quantity),
            price: formatPrice(step.price),
          })}
        </p>
      )}
      {step.reason !== "" && <p>{words(step.reason)}</p>}
      <p className="text-xs text-muted">
        {t("orders:timeline.about", {
          engine: since(step.sinceFirst),
          recorded: since(step.recordedSinceFirst),
          sequence: String(step.sequence),
        })}
      </p>
    </li>
  );
}

/** Every step of an order's life, with the time since the first one and its place in the journal. */
export function OrderTimeline({ steps }: { steps: OrderStep[] }) {
  if (steps.length === 0) return null;
  return (
    <section aria-label={t("orders:timeline.title")}>
      <h3 className="mb-2 font-semibold">{t("orders:timeline.title")}</h3>
      <ol className="ml-1">
        {steps.map((step) => (
          <Step key={`${step.sequence} ${step.kind} ${step.tradeId}`} step={step} />
        ))}
      </ol>
      <p className="mt-2 text-xs text-muted">{t("orders:timeline.times")}</p>
    </section>
  );
}
