// What the tables of orders show.
import type { Column } from "@/components/data-table";
import type { Order } from "@/gen/tradingd/v1/orders_pb";
import { NO_VALUE, formatDecimal, formatMoney, formatPrice, formatQuantity } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { labelOf } from "@/lib/labels";
import { formatShort, timestampMs } from "@/lib/time";
import { OrderActions } from "./components/order-actions";
import { OrderState } from "./components/order-state";

export function sizeOf(order: Order): string {
  if (order.quantity !== "") return formatQuantity(order.quantity);
  return t("orders:for_budget", { amount: formatMoney(order.quoteBudget) });
}

export function filledOf(order: Order): string {
  const done = formatQuantity(order.filledQuantity || "0");
  if (order.missingQuantity === "") return done;
  return t("orders:missing", { done, missing: formatQuantity(order.missingQuantity) });
}

/** "Sell stop": side and kind in one. */
export function kindOf(order: Order): string {
  return t("orders:kind", {
    side: labelOf.side(order.side),
    type: labelOf.orderType(order.type).toLowerCase(),
  });
}

export function slippageText(bps: string): string {
  return bps === "" ? NO_VALUE : `${formatDecimal(bps, { maxPlaces: 2 })} bps`;
}

export function feeText({ fee, feeAsset }: { fee: string; feeAsset: string }): string {
  return feeAsset === "" ? NO_VALUE : `${formatDecimal(fee, { maxPlaces: 8 })} ${feeAsset}`;
}

const WHEN = (): Column<Order> => ({
  header: t("orders:column.created"),
  cell: (row) => formatShort(timestampMs(row.createdAt)),
});
const WHAT = (): Column<Order>[] => [
  { header: t("orders:column.symbol"), cell: (row) => <strong>{row.symbol}</strong> },
  { header: t("orders:column.order"), cell: kindOf },
  { header: t("orders:column.why"), cell: (row) => labelOf.purpose(row.purpose) },
  { header: t("orders:column.size"), align: "right", cell: sizeOf },
  { header: t("orders:column.filled"), align: "right", cell: filledOf },
];
const PRICE = (): Column<Order> => ({
  header: t("orders:column.price"),
  align: "right",
  cell: (row) => formatPrice(row.triggerPrice || row.limitPrice),
});
const STATE = (): Column<Order> => ({
  header: t("orders:column.state"),
  cell: (row) => <OrderState order={row} />,
});

/** For the overview: orders that can still fill, without what can be done about them. */
export function openOrderColumns(): Column<Order>[] {
  return [...WHAT(), PRICE(), STATE()];
}

interface Acts {
  onOpen(order: Order): void;
  onCancel(order: Order): void;
}

const ACTIONS = (acts: Acts): Column<Order> => ({
  header: "",
  align: "right",
  cell: (row) => <OrderActions order={row} {...acts} />,
});

export function liveOrderColumns(acts: Acts): Column<Order>[] {
  return [WHEN(), ...WHAT(), PRICE(), STATE(), ACTIONS(acts)];
}

export function orderColumns(acts: Acts): Column<Order>[] {
  return [
    WHEN(),
    ...WHAT(),
    PRICE(),
    {
      header: t("orders:column.average"),
      align: "right",
      cell: (row) => formatPrice(row.averagePrice),
    },
    {
      header: t("orders:column.slippage"),
      align: "right",
      cell: (row) => slippageText(row.slippageBps),
    },
    STATE(),
    ACTIONS(acts),
  ];
}
