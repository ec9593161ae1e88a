import { Badge } from "@/components/badge";
import { useFreshness } from "@/lib/freshness";
import { t } from "@/lib/i18n";
import { labelOf } from "@/lib/labels";
import { STATE_MARK, STATE_TONE } from "@/lib/state-look";
import { formatSpan } from "@/lib/time";
import { useWorld } from "@/lib/use-world";

export function TradingStateBadge() {
  const state = useWorld((world) => world.status?.tradingState?.state);
  const { cutOff, statusAgeMs } = useFreshness();
  if (state === undefined) return null;
  return (
    <span role="status" aria-label={t("status:trading_state")}>
      <Badge tone={cutOff ? "neutral" : (STATE_TONE[state] ?? "neutral")}>
        <span aria-hidden="true">{STATE_MARK[state] ?? "?"}</span>
        {labelOf.tradingState(state)}
        {cutOff && ` · ${t("older", { span: formatSpan(statusAgeMs) })}`}
      </Badge>
    </span>
  );
}
