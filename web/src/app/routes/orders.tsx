import { Page } from "@/components/page";
import { OpenOrdersCard } from "@/features/orders/components/open-orders-card";
import { t } from "@/lib/i18n";

export default function OrdersRoute() {
  return (
    <Page title={t("nav:page.orders")}>
      <OpenOrdersCard />
    </Page>
  );
}
