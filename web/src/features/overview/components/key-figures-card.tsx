import { Card } from "@/components/card";
import { SignedText } from "@/components/signed-text";
import { Skeleton } from "@/components/skeleton";
import { Stat } from "@/components/stat";
import type { GetPortfolioResponse } from "@/gen/tradingd/v1/portfolio_pb";
import { NO_VALUE, formatDecimal, formatFigure, formatMoney, formatPercent } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { formatClock, timestampMs } from "@/lib/time";
import { useWorld } from "@/lib/use-world";

function Signed({ value }: { value: string }) {
  return <SignedText value={value}>{formatMoney(value, true)}</SignedText>;
}

function Figures({ portfolio }: { portfolio: GetPortfolioResponse }) {
  const { quoteAsset: asset, sharpeRatio } = portfolio;
  return (
    <dl className="grid grid-cols-2 gap-2">
      <Stat label={t("overview:figure.drawdown")}>{formatPercent(portfolio.drawdownPct)}</Stat>
      <Stat label={t("overview:figure.max_drawdown")}>{formatPercent(portfolio.maxDrawdownPct)}</Stat>
      <Stat label={t("overview:figure.win_rate")}>
        {formatPercent(portfolio.winRatePct)}
      </Stat>
      <Stat label={t("overview:figure.profit_factor")}>
        {formatDecimal(portfolio.profitFactor, { minPlaces: 2, maxPlaces: 2 })}
      </Stat>
      <Stat label={t("overview:figure.sharpe")}>
        {sharpeRatio === undefined ? NO_VALUE : formatFigure(sharpeRatio)}
      </Stat>
      <Stat label={t("overview:figure.exposure")}>{formatPercent(portfolio.exposurePct)}</Stat>
      <Stat label={t("overview:figure.realised", { asset })}>
        <Signed value={portfolio.realisedProfit} />
      </Stat>
      <Stat label={t("overview:figure.unrealised", { asset })}>
        <Signed value={portfolio.unrealisedProfit} />
      </Stat>
      <Stat label={t("overview:figure.fees", { asset })}>{formatMoney(portfolio.feesPaid)}</Stat>
      <Stat label={t("overview:figure.trades")}>{portfolio.trades.toLocaleString("en")}</Stat>
    </dl>
  );
}

export function KeyFiguresCard() {
  const portfolio = useWorld((world) => world.portfolio);
  return (
    <Card
      title={t("overview:performance")}
      aside={
        portfolio && t("overview:as_of", { time: formatClock(timestampMs(portfolio.asOf)) })
      }
    >
      {portfolio ? <Figures portfolio={portfolio} /> : <Skeleton rows={5} of="figure" />}
    </Card>
  );
}
