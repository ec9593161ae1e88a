import { NO_VALUE, formatPercent, formatPrice } from "@/lib/decimal";

/** A stop or target and how far the mark is from it. */
export function PriceWithDistance({ price, distance }: { price: string; distance: string }) {
  if (price === "") return NO_VALUE;
  return (
    <span className="whitespace-nowrap">
      {formatPrice(price)}
      {distance !== "" && <span className="figure text-muted"> {formatPercent(distance)}</span>}
    </span>
  );
}
