import { SignedText } from "@/components/signed-text";
import { Stat } from "@/components/stat";
import type { ListTradesResponse } from "@/gen/tradingd/v1/trades_pb";
import { formatMoney } from "@/lib/decimal";
import { t } from "@/lib/i18n";

/** Over all trades that match, on all pages, as the daemon adds them up. */
export function TradeTotals({ answer: { total, won, sumProfit, sumFees } }: { answer: ListTradesResponse }) {
  return (
    <dl className="mb-3 grid grid-cols-2 gap-2 sm:grid-cols-4">
      <Stat label={t("trades:sum.count")}>{String(total)}</Stat>
      <Stat label={t("trades:sum.won")}>{t("trades:of", { shown: String(won), total: String(total) })}</Stat>
      <Stat label={t("trades:sum.profit")}>
        <SignedText value={sumProfit}>{formatMoney(sumProfit, true)}</SignedText>
      </Stat>
      <Stat label={t("trades:sum.fees")}>{formatMoney(sumFees)}</Stat>
    </dl>
  );
}
