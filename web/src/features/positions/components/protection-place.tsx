import { Badge } from "@/components/badge";
import { PageLink } from "@/components/page-link";
import { OrderPurpose } from "@/gen/tradingd/v1/common_pb";
import { OrderType } from "@/gen/tradingd/v1/orders_pb";
import { type Position, ProtectionPlace as Place } from "@/gen/tradingd/v1/positions_pb";
import { t } from "@/lib/i18n";
import { labelOf } from "@/lib/labels";
import { useWorld } from "@/lib/use-world";

/** The orders at the venue that hold a position's stop or its targets; their numbers are a click away. */
export function RestingOrders({ position, type }: { position: Position; type: OrderType }) {
  const orders = useWorld((world) => world.openOrders) ?? [];
  if (position.protection !== Place.VENUE) return null;
  const resting = orders.filter(
    (each) =>
      each.symbol === position.symbol &&
      each.purpose === OrderPurpose.PROTECTION &&
      each.type === type,
  );
  const [only] = resting;
  if (only === undefined) return null;
  const alone = resting.length === 1;
  return (
    <PageLink
      to="/orders"
      search={alone ? { order: only.clientOrderId } : { symbol: position.symbol }}
      className="block text-xs"
    >
      {t("positions:resting", { count: resting.length })}
    </PageLink>
  );
}

/** Where the stop lives: in orders at the venue, in the engine, or nowhere. */
export function ProtectionPlace({ position }: { position: Position }) {
  const { protection, stopPrice } = position;
  if (stopPrice === "" || protection === Place.NONE) {
    return <Badge tone="warn">{t("positions:unprotected")}</Badge>;
  }
  return (
    <>
      <span className="block text-xs text-muted">{labelOf.protection(protection)}</span>
      <RestingOrders position={position} type={OrderType.STOP} />
    </>
  );
}
