import { Fact } from "@/components/fact";
import type { Order } from "@/gen/tradingd/v1/orders_pb";
import { formatPrice } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { labelOf } from "@/lib/labels";
import { formatDateTime, timestampMs } from "@/lib/time";
import { feeText, filledOf, kindOf, sizeOf, slippageText } from "../order-columns";
import { OrderState } from "./order-state";

/** What the order is and where it stands; what does not apply to its kind is left out. */
export function OrderFacts({ order }: { order: Order }) {
  const level = order.triggerPrice || order.limitPrice;
  return (
    <dl>
      <Fact label={t("orders:column.symbol")}>
        <strong>{order.symbol}</strong>
      </Fact>
      <Fact label={t("orders:column.order")}>{kindOf(order)}</Fact>
      <Fact label={t("orders:column.why")}>{labelOf.purpose(order.purpose)}</Fact>
      <Fact label={t("orders:column.state")}>
        <OrderState order={order} />
      </Fact>
      <Fact label={t("orders:column.size")}>{sizeOf(order)}</Fact>
      <Fact label={t("orders:column.filled")}>{filledOf(order)}</Fact>
      {level !== "" && <Fact label={t("orders:column.price")}>{formatPrice(level)}</Fact>}
      <Fact label={t("orders:execution.reference")}>{formatPrice(order.referencePrice)}</Fact>
      {order.averagePrice !== "" && (
        <>
          <Fact label={t("orders:column.average")}>{formatPrice(order.averagePrice)}</Fact>
          <Fact label={t("orders:column.slippage")}>{slippageText(order.slippageBps)}</Fact>
          <Fact label={t("orders:column.fee")}>{feeText(order)}</Fact>
        </>
      )}
      <Fact label={t("orders:column.created")}>{formatDateTime(timestampMs(order.createdAt))}</Fact>
      <Fact label={t("orders:column.updated")}>{formatDateTime(timestampMs(order.updatedAt))}</Fact>
      <Fact label={t("orders:column.intent")}>{String(order.intent)}</Fact>
    </dl>
  );
}
