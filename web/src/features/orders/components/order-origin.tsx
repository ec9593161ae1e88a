import { PageLink } from "@/components/page-link";
import type { GetOrderResponse } from "@/gen/tradingd/v1/orders_pb";
import { formatDecimal } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { words } from "@/lib/labels";
import { timestampMs } from "@/lib/time";

/** Whose order it is and what was decided; protection and a person's orders have neither. */
export function OrderOrigin({ answer }: { answer: GetOrderResponse }) {
  const { order, owners, decisionOpenTime } = answer;
  const decided = timestampMs(decisionOpenTime);
  if (owners.length === 0 && decided === undefined) return null;
  return (
    <section aria-label={t("orders:origin.title")}>
      <h3 className="mb-1 font-semibold">{t("orders:origin.title")}</h3>
      <ul>
        {owners.map(({ strategy, share }) => (
          <li key={strategy}>
            {words(strategy)}{" "}
            <span className="text-muted">
              {t("orders:origin.share", { share: formatDecimal(share, { maxPlaces: 4 }) })}
            </span>
          </li>
        ))}
      </ul>
      {order && decided !== undefined && (
        <PageLink
          to="/decisions"
          search={{ symbol: order.symbol, at: new Date(decided).toISOString() }}
          className="underline"
        >
          {t("orders:origin.decision")}
        </PageLink>
      )}
    </section>
  );
}
