import { Card } from "@/components/card";
import { EmptyState } from "@/components/empty-state";
import type { GetRiskFiguresResponse } from "@/gen/tradingd/v1/risk_pb";
import { formatFigure } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { correlationOf } from "../correlations";

interface CellProps {
  value: number | undefined;
  self: boolean;
}

/** The stronger, the deeper; together in one colour, against each other in another. */
function shade({ value, self }: CellProps): string {
  if (value === undefined || self) return "transparent";
  const depth = Math.round(Math.abs(value) * 45);
  return `color-mix(in srgb, var(--${value > 0 ? "warn" : "accent"}) ${depth}%, transparent)`;
}

function Cell(props: CellProps) {
  return (
    <td
      className={`figure border border-line px-3 py-2 text-center ${props.self ? "text-muted" : "font-medium"}`}
      style={{ backgroundColor: shade(props) }}
    >
      {formatFigure(props.value)}
    </td>
  );
}

export function CorrelationCard({ figures }: { figures: GetRiskFiguresResponse }) {
  const symbols = figures.symbols.map((each) => each.symbol);
  return (
    <Card title={t("risk:correlation.title")}>
      {symbols.length < 2 ? (
        <EmptyState title={t("risk:correlation.one")} />
      ) : (
        <div className="overflow-x-auto">
          <table aria-label={t("risk:correlation.title")} className="text-sm">
            <thead>
              <tr>
                <th scope="col" className="sr-only">{t("risk:volatility.symbol")}</th>
                {symbols.map((symbol) => (
                  <th key={symbol} scope="col" className="px-2 pb-1 text-xs font-medium text-muted">
                    {symbol}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {symbols.map((row) => (
                <tr key={row}>
                  <th scope="row" className="pr-3 text-left text-xs font-medium text-muted">
                    {row}
                  </th>
                  {symbols.map((column) => (
                    <Cell
                      key={column}
                      self={row === column}
                      value={correlationOf(figures.correlations, row, column)}
                    />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p className="mt-2 text-xs text-muted">{t("risk:correlation.about")}</p>
    </Card>
  );
}
