// The cells of a position that hold more than one line.
import type { ReactNode } from "react";
import { SignedText } from "@/components/signed-text";
import type { Position } from "@/gen/tradingd/v1/positions_pb";
import { OrderType } from "@/gen/tradingd/v1/orders_pb";
import { NO_VALUE, formatMoney, formatPercent } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { labelOf } from "@/lib/labels";
import { PriceWithDistance } from "./price-with-distance";
import { ProtectionPlace, RestingOrders } from "./protection-place";

export function Small({ children }: { children: ReactNode }) {
  return <span className="figure block text-xs text-muted">{children}</span>;
}

export function Profit({ money, percent }: { money: string; percent?: string }) {
  return (
    <span>
      <SignedText value={money}>{formatMoney(money, true)}</SignedText>
      {percent !== undefined && (
        <span className="block text-xs">
          <SignedText value={money}>{formatPercent(percent, true)}</SignedText>
        </span>
      )}
    </span>
  );
}

export function StopCell({ position }: { position: Position }) {
  return (
    <span>
      <PriceWithDistance
        price={position.stopPrice}
        distance={position.stopDistancePct}
        note={labelOf.stopKind(position.stopKind)}
      />
      <ProtectionPlace position={position} />
    </span>
  );
}

export function TargetsCell({ position }: { position: Position }) {
  const { firstTargetPrice, targetPrice, targetDistancePct } = position;
  if (targetPrice === "" && firstTargetPrice === "") return NO_VALUE;
  return (
    <span>
      {firstTargetPrice !== "" && (
        <PriceWithDistance price={firstTargetPrice} distance="" note={t("positions:part")} />
      )}
      {targetPrice !== "" && <PriceWithDistance price={targetPrice} distance={targetDistancePct} />}
      <RestingOrders position={position} type={OrderType.TAKE_PROFIT} />
    </span>
  );
}
