import { SignedText } from "@/components/signed-text";
import type { GetPortfolioResponse } from "@/gen/tradingd/v1/portfolio_pb";
import { formatMoney, formatPercent } from "@/lib/decimal";
import { t } from "@/lib/i18n";

export function EquityHeadline({ portfolio }: { portfolio: GetPortfolioResponse }) {
  const { equity, quoteAsset, dayProfit, dayReturnPct, returnPct } = portfolio;
  return (
    <div className="flex flex-wrap items-end gap-x-6 gap-y-1">
      <p
        role="group"
        aria-label={t("overview:marked_equity")}
        className="figure text-4xl font-semibold tracking-tight"
      >
        {formatMoney(equity)}{" "}
        <span className="text-lg font-medium text-muted">{quoteAsset}</span>
      </p>
      <p className="text-sm">
        <span className="text-muted">{t("overview:today")} </span>
        <SignedText value={dayProfit}>
          {`${formatMoney(dayProfit, true)} ${quoteAsset} (${formatPercent(dayReturnPct, true)})`}
        </SignedText>
      </p>
      <p className="text-sm">
        <span className="text-muted">{t("overview:since_opening")} </span>
        <SignedText value={returnPct}>{formatPercent(returnPct, true)}</SignedText>
      </p>
    </div>
  );
}
