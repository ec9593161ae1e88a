import { Badge } from "@/components/badge";
import { TradingMode } from "@/gen/tradingd/v1/system_pb";
import { t } from "@/lib/i18n";
import { labelOf } from "@/lib/labels";
import { useWorld } from "@/lib/use-world";

/** PAPER or LIVE, in a colour that can't be mixed up, and whether money is at stake. */
export function ModeBadge() {
  const mode = useWorld((world) => world.status?.mode);
  if (mode === undefined) return null;
  const live = mode === TradingMode.LIVE;
  return (
    <span className="inline-flex items-center gap-1.5 text-xs">
      <Badge tone={live ? "bad" : "info"}>{labelOf.mode(mode)}</Badge>
      <span className={`max-md:sr-only ${live ? "font-semibold text-down" : "text-muted"}`}>
        {t(live ? "status:money.real" : "status:money.none")}
      </span>
    </span>
  );
}
