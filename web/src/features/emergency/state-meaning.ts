// What a trading state lets happen, in a sentence.
import { TradingState } from "@/gen/tradingd/v1/common_pb";
import type { TradingStateInfo } from "@/gen/tradingd/v1/system_pb";
import { t } from "@/lib/i18n";

export function meaningOf({ state, frozen }: TradingStateInfo): string {
  if (frozen) return t("emergency:meaning.frozen");
  switch (state) {
    case TradingState.ACTIVE:
      return t("emergency:meaning.active");
    case TradingState.REDUCING:
      return t("emergency:meaning.reducing");
    case TradingState.HALTED:
      return t("emergency:meaning.halted");
    case TradingState.UNSPECIFIED:
      return "";
  }
}
