import { Card } from "@/components/card";
import { EmptyState } from "@/components/empty-state";
import { Skeleton } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { useWorld } from "@/lib/use-world";
import { OrderLine } from "./order-line";

/** Everything that can still trade by itself, whatever the trading state. */
export function LiveOrdersCard() {
  const orders = useWorld((world) => world.openOrders);
  return (
    <Card title={t("emergency:live.title")} aside={orders && String(orders.length)}>
      {!orders && <Skeleton />}
      {orders?.length === 0 && (
        <EmptyState title={t("emergency:live.none")}>{t("emergency:live.none_hint")}</EmptyState>
      )}
      <ul className="grid gap-1 text-sm">
        {orders?.map((order) => (
          <OrderLine key={order.clientOrderId} order={order} />
        ))}
      </ul>
    </Card>
  );
}
