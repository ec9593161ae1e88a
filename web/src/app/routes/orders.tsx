import { Page } from "@/components/page";
import { ExportOrders } from "@/features/orders/components/export-orders";
import { OrdersPanel } from "@/features/orders/components/orders-panel";
import { t } from "@/lib/i18n";

export default function OrdersRoute() {
  return (
    <Page title={t("nav:page.orders")} actions={<ExportOrders />}>
      <OrdersPanel />
    </Page>
  );
}
