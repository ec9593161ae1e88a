// The key figures in their order on the page. What is not defined has no value and says why.
import type { AnalyticsStatistics } from "@/gen/tradingd/v1/analytics_pb";
import { formatDecimal, formatFigure, formatMoney } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { durationMs, formatSpan } from "@/lib/time";

export interface Figure {
  key: string;
  label: string;
  /** Nothing when it is not defined. */
  value: string | undefined;
  /** Decides the colour of gain and loss; nothing for figures without one. */
  sign?: string | undefined;
  /** What it takes for the figure to be defined. */
  needs?: string;
}

const plain = (value: number | undefined, places = 2) => (value === undefined ? undefined : formatFigure(value, places));
const percent = (value: number | undefined) => (value === undefined ? undefined : `${formatFigure(value)} %`);
const money = (value: string | undefined) => (value === undefined || value === "" ? undefined : formatMoney(value, true));

export function mainFigures(of: AnalyticsStatistics): Figure[] {
  const two = t("analytics:needs.two_days");
  const trades = t("analytics:needs.trades");
  return [
    { key: "total_return", label: t("analytics:figure.total_return"), value: percent(of.totalReturnPct), sign: String(of.totalReturnPct ?? ""), needs: t("analytics:needs.equity") },
    { key: "sharpe", label: t("analytics:figure.sharpe"), value: plain(of.sharpeDailyAnnualised), needs: two },
    { key: "sortino", label: t("analytics:figure.sortino"), value: plain(of.sortinoDailyAnnualised), needs: t("analytics:needs.losing_day") },
    { key: "max_drawdown", label: t("analytics:figure.max_drawdown"), value: percent(of.maxDrawdownPct), needs: t("analytics:needs.equity") },
    { key: "profit_factor", label: t("analytics:figure.profit_factor"), value: plain(of.profitFactor), needs: t("analytics:needs.losses") },
    { key: "win_rate", label: t("analytics:figure.win_rate"), value: percent(of.winRatePct), needs: trades },
    { key: "trades", label: t("analytics:figure.trades"), value: t("analytics:figure.trades_of", { trades: String(of.trades), wins: String(of.wins), losses: String(of.losses) }) },
    { key: "average", label: t("analytics:figure.average"), value: money(of.expectancy), sign: of.expectancy, needs: trades },
    { key: "best", label: t("analytics:figure.best"), value: money(of.bestTrade), sign: of.bestTrade, needs: trades },
    { key: "worst", label: t("analytics:figure.worst"), value: money(of.worstTrade), sign: of.worstTrade, needs: trades },
  ];
}

export function moreFigures(of: AnalyticsStatistics): Figure[] {
  const trades = t("analytics:needs.trades");
  const holding = durationMs(of.averageHolding);
  const places = { minPlaces: 2, maxPlaces: 2 };
  return [
    { key: "trade_profit", label: t("analytics:figure.trade_profit"), value: money(of.tradeProfit), sign: of.tradeProfit },
    { key: "average_win", label: t("analytics:figure.average_win"), value: money(of.averageWin), sign: of.averageWin, needs: trades },
    { key: "average_loss", label: t("analytics:figure.average_loss"), value: money(of.averageLoss), sign: of.averageLoss, needs: t("analytics:needs.losses") },
    { key: "holding", label: t("analytics:figure.holding"), value: holding === undefined ? undefined : formatSpan(holding), needs: trades },
    { key: "per_day", label: t("analytics:figure.per_day"), value: plain(of.tradesPerDay), needs: trades },
    { key: "exposure", label: t("analytics:figure.exposure"), value: percent(of.exposureTimePct), needs: t("analytics:needs.equity") },
    { key: "volatility", label: t("analytics:figure.volatility"), value: percent(of.volatilityAnnualisedPct), needs: t("analytics:needs.two_days") },
    { key: "cagr", label: t("analytics:figure.cagr"), value: percent(of.cagrPct), needs: t("analytics:needs.year") },
    { key: "calmar", label: t("analytics:figure.calmar"), value: plain(of.calmar), needs: t("analytics:needs.year") },
    { key: "winning_streak", label: t("analytics:figure.winning_streak"), value: String(of.longestWinningStreak) },
    { key: "losing_streak", label: t("analytics:figure.losing_streak"), value: String(of.longestLosingStreak) },
    { key: "turnover", label: t("analytics:figure.turnover"), value: formatDecimal(of.turnover, places) },
  ];
}
