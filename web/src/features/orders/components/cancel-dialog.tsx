import { PlanDialog } from "@/components/plan-dialog";
import { type Order, OrderService } from "@/gen/tradingd/v1/orders_pb";
import { useClient } from "@/lib/daemon";
import { t } from "@/lib/i18n";
import { kindOf, sizeOf } from "../order-columns";

/** Taking one order back, with the plan first. */
export function CancelDialog({ order, onClose }: { order: Order; onClose(): void }) {
  const client = useClient(OrderService);
  const { clientOrderId, symbol } = order;
  return (
    <PlanDialog
      title={t("orders:cancel.title", { symbol })}
      action={{
        key: ["cancel-order", clientOrderId],
        call: (plan) => client.cancelOrder({ clientOrderId, ...plan }),
        onDone: onClose,
      }}
      commit={t("orders:cancel.go")}
      committing={t("orders:cancel.busy")}
      onClose={onClose}
    >
      <p>
        {kindOf(order)} {sizeOf(order)} <strong>{symbol}</strong>
      </p>
      <p className="mt-1 text-muted">{t("orders:cancel.about")}</p>
    </PlanDialog>
  );
}
