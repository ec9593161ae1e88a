import { Card } from "@/components/card";
import { DataTable } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { Skeleton } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { useWorld } from "@/lib/use-world";
import { openOrderColumns } from "../order-columns";

/** For the overview. */
export function OpenOrdersCard() {
  const orders = useWorld((world) => world.openOrders);
  return (
    <Card title={t("orders:open")} aside={orders && String(orders.length)}>
      {orders === undefined && <Skeleton />}
      {orders?.length === 0 && (
        <EmptyState title={t("orders:empty.title")}>{t("orders:empty.text")}</EmptyState>
      )}
      {orders && orders.length > 0 && (
        <DataTable
          label={t("orders:open")}
          columns={openOrderColumns()}
          rows={orders}
          rowKey={(row) => row.clientOrderId}
        />
      )}
    </Card>
  );
}
