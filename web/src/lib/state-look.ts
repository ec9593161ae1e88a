// Colour and mark of each trading state, wherever it is shown; the mark is there for whoever can't
// tell the colours.
import { TradingState } from "@/gen/tradingd/v1/common_pb";

export const STATE_TONE: Record<TradingState, "neutral" | "good" | "warn" | "bad"> = {
  [TradingState.UNSPECIFIED]: "neutral",
  [TradingState.ACTIVE]: "good",
  [TradingState.REDUCING]: "warn",
  [TradingState.HALTED]: "bad",
};

export const STATE_MARK: Record<TradingState, string> = {
  [TradingState.UNSPECIFIED]: "?",
  [TradingState.ACTIVE]: "▶",
  [TradingState.REDUCING]: "▼",
  [TradingState.HALTED]: "■",
};
