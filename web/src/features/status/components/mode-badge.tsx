import { Badge } from "@/components/badge";
import { TradingMode } from "@/gen/tradingd/v1/system_pb";
import { labelOf } from "@/lib/labels";
import { useWorld } from "@/lib/use-world";

/** PAPER or LIVE, in a colour that can't be mixed up. */
export function ModeBadge() {
  const mode = useWorld((world) => world.status?.mode);
  if (mode === undefined) return null;
  return <Badge tone={mode === TradingMode.LIVE ? "bad" : "info"}>{labelOf.mode(mode)}</Badge>;
}
