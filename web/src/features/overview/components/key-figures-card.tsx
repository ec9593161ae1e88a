import { Card } from "@/components/card";
import { SignedText } from "@/components/signed-text";
import { Skeleton } from "@/components/skeleton";
import { Stat } from "@/components/stat";
import { NO_VALUE, formatDecimal, formatFigure, formatMoney, formatPercent } from "@/lib/decimal";
import { formatClock, timestampMs } from "@/lib/time";
import { useWorld } from "@/lib/use-world";

export function KeyFiguresCard() {
  const portfolio = useWorld((world) => world.portfolio);
  if (!portfolio) {
    return (
      <Card title="Performance">
        <Skeleton rows={5} of="figure" />
      </Card>
    );
  }
  const { quoteAsset: asset, realisedProfit, unrealisedProfit } = portfolio;
  const profitFactor = formatDecimal(portfolio.profitFactor, { minPlaces: 2, maxPlaces: 2 });
  return (
    <Card title="Performance" aside={`as of ${formatClock(timestampMs(portfolio.asOf))} UTC`}>
      <dl className="grid grid-cols-2 gap-2 2xl:grid-cols-3">
        <Stat label="Drawdown" hint="Fall from the equity peak">
          {formatPercent(portfolio.drawdownPct)}
        </Stat>
        <Stat label="Largest drawdown">{formatPercent(portfolio.maxDrawdownPct)}</Stat>
        <Stat label="Win rate" hint={`${String(portfolio.trades)} trades`}>
          {formatPercent(portfolio.winRatePct)}
        </Stat>
        <Stat label="Profit factor" hint="Gross profit over gross loss; absent without losses">
          {profitFactor}
        </Stat>
        <Stat label="Sharpe" hint="Annualised from daily returns; absent before the second day">
          {portfolio.sharpeRatio === undefined ? NO_VALUE : formatFigure(portfolio.sharpeRatio)}
        </Stat>
        <Stat label="Exposure" hint="Value of open positions over equity">
          {formatPercent(portfolio.exposurePct)}
        </Stat>
        <Stat label={`Realised, ${asset}`}>
          <SignedText value={realisedProfit}>{formatMoney(realisedProfit, true)}</SignedText>
        </Stat>
        <Stat label={`Unrealised, ${asset}`}>
          <SignedText value={unrealisedProfit}>{formatMoney(unrealisedProfit, true)}</SignedText>
        </Stat>
        <Stat label={`Fees, ${asset}`}>{formatMoney(portfolio.feesPaid)}</Stat>
        <Stat label="Trades">{String(portfolio.trades)}</Stat>
      </dl>
    </Card>
  );
}
