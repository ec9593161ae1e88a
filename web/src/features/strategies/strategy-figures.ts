// What can be said of a strategy over all its symbols: counts only. Money and ratios over symbols
// come from the daemon or are shown symbol by symbol.
import type { Strategy, StrategyStatistics } from "@/gen/tradingd/v1/strategies_pb";
import { formatFigure, NO_VALUE, toChartNumber } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { labelOf, words } from "@/lib/labels";

/** From here on a row of losses deserves attention. */
export const MANY_LOSSES = 3;

export function winsOf(strategy: Strategy): number {
  return strategy.statistics.reduce((sum, each) => sum + Number(each.wins), 0);
}

export function winRateOf(strategy: Strategy): number | undefined {
  return strategy.trades === 0n ? undefined : (winsOf(strategy) / Number(strategy.trades)) * 100;
}

/** "14 of 28 (50.0 %)". */
export function wonOf(strategy: Strategy): string {
  const rate = winRateOf(strategy);
  if (rate === undefined) return NO_VALUE;
  const counts = { wins: winsOf(strategy), trades: String(strategy.trades) };
  return t("strategies:won_of", { ...counts, rate: formatFigure(rate, 1) });
}

/** The symbol with the longest row of losses that still goes on; nothing without a loss. */
export function worstRow(strategy: Strategy): StrategyStatistics | undefined {
  return strategy.statistics
    .filter((each) => each.consecutiveLosses > 0)
    .toSorted((a, b) => b.consecutiveLosses - a.consecutiveLosses)[0];
}

export function lastSignalOf(row: StrategyStatistics): string {
  if (row.lastReason === "") return NO_VALUE;
  return `${labelOf.action(row.lastAction)}: ${words(row.lastReason)}`;
}

export const SORTS = ["profit", "win_rate", "trades", "losses", "name"] as const;
export type StrategySort = (typeof SORTS)[number];

const ORDER: Record<StrategySort, (strategy: Strategy) => number> = {
  profit: (each) => toChartNumber(each.totalProfit),
  win_rate: (each) => winRateOf(each) ?? -1,
  trades: (each) => Number(each.trades),
  losses: (each) => worstRow(each)?.consecutiveLosses ?? 0,
  name: () => 0,
};

/** The greatest first; equal ones, and all when sorted by name, from A to Z. */
export function sorted(strategies: Strategy[], by: StrategySort): Strategy[] {
  return strategies.toSorted(
    (a, b) => ORDER[by](b) - ORDER[by](a) || words(a.name).localeCompare(words(b.name)),
  );
}
