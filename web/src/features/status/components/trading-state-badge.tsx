import { Badge, type Tone } from "@/components/badge";
import { TradingState } from "@/gen/tradingd/v1/common_pb";
import type { TradingStateInfo } from "@/gen/tradingd/v1/system_pb";
import { labelOf } from "@/lib/labels";

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

export function TradingStateBadge({ info }: { info: TradingStateInfo | undefined }) {
  const state = info?.state ?? TradingState.UNSPECIFIED;
  return (
    <span role="status" aria-label="Trading state">
      <Badge tone={TONE[state] ?? "neutral"}>
        <span aria-hidden="true">{MARK[state]}</span>
        {labelOf.tradingState(state)}
      </Badge>
    </span>
  );
}
