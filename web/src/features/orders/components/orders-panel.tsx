// The page of orders: what works now, everything there was, how well it was carried out.
import { useState } from "react";
import { Tabs } from "@/components/tabs";
import type { Order } from "@/gen/tradingd/v1/orders_pb";
import { t } from "@/lib/i18n";
import { useOrdersAddress } from "../order-filters";
import { AllOrders } from "./all-orders";
import { CancelDialog } from "./cancel-dialog";
import { Executions } from "./executions";
import { LiveOrders } from "./live-orders";
import { OrderDrawer } from "./order-drawer";
import { OrdersFilter } from "./orders-filter";

export function OrdersPanel() {
  const [address, put] = useOrdersAddress();
  const [cancelling, setCancelling] = useState<Order>();
  const acts = {
    onOpen: ({ clientOrderId }: Order) => put({ order: clientOrderId }),
    onCancel: setCancelling,
  };
  const tabs = [
    {
      value: "live",
      label: t("orders:tab.live"),
      content: <LiveOrders filters={address} {...acts} />,
    },
    { value: "all", label: t("orders:tab.all"), content: <AllOrders filters={address} {...acts} /> },
    {
      value: "executions",
      label: t("orders:tab.executions"),
      content: <Executions address={address} />,
    },
  ];
  const known = tabs.some(({ value }) => value === address.tab);
  return (
    <>
      <OrdersFilter address={address} onChange={put} />
      <Tabs
        label={t("nav:page.orders")}
        tabs={tabs}
        value={known ? address.tab : "live"}
        onChange={(tab) => put({ tab })}
      />
      {address.order !== "" && (
        <OrderDrawer id={address.order} onClose={() => put({ order: "" })} />
      )}
      {cancelling && (
        <CancelDialog order={cancelling} onClose={() => setCancelling(undefined)} />
      )}
    </>
  );
}
