import type { StrategyProfits } from "@/gen/tradingd/v1/strategies_pb";
import { formatMoney, signOf, toChartNumber } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { words } from "@/lib/labels";

const WIDTH = 240;
const HEIGHT = 64;

/** The running profit over the last trades, as a line that begins at zero. */
export function ProfitSparkline({ profits }: { profits: StrategyProfits | undefined }) {
  const points = profits?.points ?? [];
  const last = points.at(-1);
  if (!profits || last === undefined) {
    return <p className="text-sm text-muted">{profits && t("strategies:spark.none")}</p>;
  }
  const values = [0, ...points.map((each) => toChartNumber(each.runningProfit))];
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  const y = (value: number) => HEIGHT - 2 - ((value - low) / span) * (HEIGHT - 4);
  const line = values.map((value, at) => `${((at / (values.length - 1)) * WIDTH).toFixed(1)},${y(value).toFixed(1)}`);
  const sum = formatMoney(last.runningProfit, true);
  return (
    <figure>
      <svg
        role="img"
        aria-label={t("strategies:spark.label", {
          name: words(profits.strategy),
          count: points.length,
          sum,
        })}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="h-16 w-full"
      >
        <line x1="0" x2={WIDTH} y1={y(0)} y2={y(0)} className="stroke-line" strokeDasharray="4 4" vectorEffect="non-scaling-stroke" />
        <polyline
          points={line.join(" ")}
          fill="none"
          strokeWidth="2"
          vectorEffect="non-scaling-stroke"
          className={signOf(last.runningProfit) < 0 ? "stroke-down" : "stroke-up"}
        />
      </svg>
      <figcaption className="text-xs text-muted">
        {t("strategies:spark.caption", { count: points.length, sum })}
      </figcaption>
    </figure>
  );
}
