// Which messages of the stream are worth a notice, and what it says.
import { type Alert, AlertSeverity } from "@/gen/tradingd/v1/alerts_pb";
import { TradingState } from "@/gen/tradingd/v1/common_pb";
import type { SubscribeResponse, TradingStateChanged } from "@/gen/tradingd/v1/events_pb";
import type { Trade } from "@/gen/tradingd/v1/trades_pb";
import { formatMoney, formatPercent, signOf } from "@/lib/decimal";
import { t, textOf } from "@/lib/i18n";
import { labelOf, words } from "@/lib/labels";
import { STATE_TONE } from "@/lib/state-look";
import type { Toasts } from "@/lib/preferences";
import type { Notice } from "./toast-store";

function tradeNotice({ symbol, exitReason, profit, profitPct }: Trade): Notice {
  const won = signOf(profit) > 0;
  return {
    tone: won ? "good" : "bad",
    title: t(won ? "toasts:won" : "toasts:lost", { symbol }),
    text: `${formatMoney(profit, true)} (${formatPercent(profitPct, true)}) · ${labelOf.exitReason(exitReason)}`,
    stays: false,
  };
}

function stateNotice({ to, cause, frozen }: TradingStateChanged): Notice {
  const state = labelOf.tradingState(to);
  return {
    tone: STATE_TONE[to] ?? "neutral",
    title: frozen ? t("toasts:frozen") : t("toasts:state", { state }),
    text: words(cause),
    stays: to === TradingState.HALTED,
    subject: "state",
  };
}

/** Alerts that say again what the notice of the trading state has said. */
const TOLD_BY_STATE = new Set(["trading_stopped", "protection_suspended", "drawdown_limit"]);

function alertNotice(alert: Alert): Notice {
  const critical = alert.severity === AlertSeverity.CRITICAL;
  return {
    tone: critical ? "bad" : alert.severity === AlertSeverity.WARNING ? "warn" : "info",
    title: textOf(`alerts:code.${alert.code}`) ?? alert.title,
    text: alert.text,
    stays: critical,
  };
}

export function noticeOf({ payload }: SubscribeResponse, wanted: Toasts): Notice | undefined {
  if (wanted === "none") return undefined;
  switch (payload.case) {
    case "tradeClosed":
      return wanted === "all" ? tradeNotice(payload.value) : undefined;
    case "tradingStateChanged":
      return stateNotice(payload.value);
    case "alert": {
      const { change, alert } = payload.value;
      if (!alert || (change === "raised" && TOLD_BY_STATE.has(alert.code))) return undefined;
      return change === "raised" || change === "escalated" ? alertNotice(alert) : undefined;
    }
    default:
      return undefined;
  }
}
