import { SignedText } from "@/components/signed-text";
import { Stat } from "@/components/stat";
import type { Strategy } from "@/gen/tradingd/v1/strategies_pb";
import { NO_VALUE, formatFigure, formatMoney } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { MANY_LOSSES, winRateOf, winsOf, worstRow } from "../strategy-figures";

export function StrategyKeyFigures({ strategy }: { strategy: Strategy }) {
  const row = worstRow(strategy);
  const rate = winRateOf(strategy);
  const many = row !== undefined && row.consecutiveLosses >= MANY_LOSSES;
  return (
    <dl className="grid grid-cols-2 gap-2 xl:grid-cols-4">
      <Stat label={t("strategies:total_profit")}>
        <SignedText value={strategy.totalProfit}>{formatMoney(strategy.totalProfit, true)}</SignedText>
      </Stat>
      <Stat label={t("strategies:win_rate")}>
        {rate === undefined ? NO_VALUE : `${formatFigure(rate, 1)} %`}
      </Stat>
      <Stat label={t("strategies:trades")}>
        {String(strategy.trades)}{" "}
        <span className="text-xs font-normal text-muted">
          {strategy.trades > 0n && t("strategies:of_which_won", { count: winsOf(strategy) })}
        </span>
      </Stat>
      <Stat label={t("strategies:losses_in_row")}>
        <span className={many ? "text-warn" : ""}>
          {many && <span aria-hidden="true">▲ </span>}
          {row ? row.consecutiveLosses : 0}
        </span>{" "}
        <span className="text-xs font-normal text-muted">
          {row && t("strategies:in_symbol", { symbol: row.symbol })}
        </span>
      </Stat>
    </dl>
  );
}
