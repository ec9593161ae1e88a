import { NO_VALUE, formatPercent, formatPrice } from "@/lib/decimal";

interface Props {
  price: string;
  distance: string;
  /** What has set it; nothing is said where that is usual. */
  note?: string;
}

/** A stop or target and how far the mark is from it. */
export function PriceWithDistance({ price, distance, note = "" }: Props) {
  if (price === "") return NO_VALUE;
  return (
    <span className="block whitespace-nowrap">
      <span>{formatPrice(price)}</span>
      {distance !== "" && <span className="figure text-muted"> {formatPercent(distance)}</span>}
      {note !== "" && <span className="text-muted"> {note}</span>}
    </span>
  );
}
