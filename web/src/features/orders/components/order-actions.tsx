import { Button } from "@/components/button";
import { type Order, OrderService } from "@/gen/tradingd/v1/orders_pb";
import { t } from "@/lib/i18n";
import { useAllowed } from "@/lib/permissions";
import { canCancel } from "../can-cancel";

interface OrderActionsProps {
  order: Order;
  onOpen(order: Order): void;
  onCancel(order: Order): void;
}

export function OrderActions({ order, onOpen, onCancel }: OrderActionsProps) {
  const mayCancel = useAllowed(OrderService.method.cancelOrder);
  const id = order.clientOrderId;
  return (
    <span className="inline-flex items-center gap-3">
      <button
        type="button"
        className="min-h-9 text-accent underline-offset-2 hover:underline md:min-h-0"
        aria-label={t("orders:details_of", { id })}
        onClick={() => onOpen(order)}
      >
        {t("orders:details")}
      </button>
      {mayCancel && canCancel(order) && (
        <Button aria-label={t("orders:cancel.of", { id })} onClick={() => onCancel(order)}>
          {t("orders:cancel.open")}
        </Button>
      )}
    </span>
  );
}
