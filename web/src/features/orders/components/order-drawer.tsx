import { Drawer } from "@/components/drawer";
import { Loaded } from "@/components/loaded";
import { PageLink } from "@/components/page-link";
import { t } from "@/lib/i18n";
import { useOrder } from "../api/use-order";
import { OrderFacts } from "./order-facts";
import { OrderFills } from "./order-fills";
import { OrderOrigin } from "./order-origin";
import { OrderTimeline } from "./order-timeline";

/** One order and everything that became of it. */
export function OrderDrawer({ id, onClose }: { id: string; onClose(): void }) {
  const query = useOrder(id);
  return (
    <Drawer title={t("orders:one", { id })} onClose={onClose}>
      <Loaded query={query} what={t("orders:one", { id })}>
        {(answer) => {
          const { order, fills, timeline } = answer;
          return order && (
            <div className="grid gap-5 text-sm">
              <OrderFacts order={order} />
              <OrderTimeline steps={timeline} />
              <OrderFills fills={fills} />
              <OrderOrigin answer={answer} />
              {order.linkedOrderId !== "" && (
                <p>
                  {t("orders:linked")}{" "}
                  <PageLink
                    to="/orders"
                    search={{ order: order.linkedOrderId }}
                    className="underline"
                  >
                    {order.linkedOrderId}
                  </PageLink>
                </p>
              )}
            </div>
          );
        }}
      </Loaded>
    </Drawer>
  );
}
