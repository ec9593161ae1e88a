import { Card } from "@/components/card";
import { DataTable } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { Skeleton } from "@/components/skeleton";
import type { Order } from "@/gen/tradingd/v1/orders_pb";
import { t } from "@/lib/i18n";
import { useWorld } from "@/lib/use-world";
import { liveOrderColumns } from "../order-columns";
import { type OrderFilters, passes } from "../order-filters";

interface LiveOrdersProps {
  filters: OrderFilters;
  onOpen(order: Order): void;
  onCancel(order: Order): void;
}

/** What can still fill, as the stream tells it. */
export function LiveOrders({ filters, onOpen, onCancel }: LiveOrdersProps) {
  const all = useWorld((world) => world.openOrders);
  const orders = all?.filter((each) => passes(each, filters));
  const none = all?.length === 0;
  return (
    <Card title={t("orders:open")} aside={orders && String(orders.length)}>
      {orders === undefined && <Skeleton rows={6} />}
      {orders?.length === 0 && (
        <EmptyState title={none ? t("orders:empty.title") : t("orders:empty.filtered")}>
          {none && t("orders:empty.text")}
        </EmptyState>
      )}
      {orders && orders.length > 0 && (
        <DataTable
          label={t("orders:open")}
          columns={liveOrderColumns({ onOpen, onCancel })}
          rows={orders}
          rowKey={(row) => row.clientOrderId}
        />
      )}
    </Card>
  );
}
