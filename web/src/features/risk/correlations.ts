// The correlation of any two symbols, however the pair was told.
import type { Correlation } from "@/gen/tradingd/v1/risk_pb";

export function correlationOf(
  pairs: Correlation[],
  first: string,
  second: string,
): number | undefined {
  if (first === second) return 1;
  const pair = pairs.find(
    (each) =>
      (each.first === first && each.second === second) ||
      (each.first === second && each.second === first),
  );
  return pair?.value;
}
