import { Badge, type Tone } from "@/components/badge";
import { TradingState } from "@/gen/tradingd/v1/common_pb";
import { useFreshness } from "@/lib/freshness";
import { labelOf } from "@/lib/labels";
import { formatSpan } from "@/lib/time";
import { useWorld } from "@/lib/use-world";

const TONE: Record<TradingState, Tone> = {
  [TradingState.UNSPECIFIED]: "neutral",
  [TradingState.ACTIVE]: "good",
  [TradingState.REDUCING]: "warn",
  [TradingState.HALTED]: "bad",
};

const MARK: Record<TradingState, string> = {
  [TradingState.UNSPECIFIED]: "?",
  [TradingState.ACTIVE]: "▶",
  [TradingState.REDUCING]: "▼",
  [TradingState.HALTED]: "■",
};

export function TradingStateBadge() {
  const state = useWorld((world) => world.status?.tradingState?.state);
  const { cutOff, statusAgeMs } = useFreshness();
  if (state === undefined) return null;
  return (
    <span role="status" aria-label="Trading state">
      <Badge tone={cutOff ? "neutral" : (TONE[state] ?? "neutral")}>
        <span aria-hidden="true">{MARK[state]}</span>
        {labelOf.tradingState(state)}
        {cutOff && ` ${formatSpan(statusAgeMs)} ago`}
      </Badge>
    </span>
  );
}
