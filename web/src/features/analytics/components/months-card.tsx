// Years down, months across: what each month brought, in percent.
import { Card } from "@/components/card";
import { EmptyState } from "@/components/empty-state";
import { Loaded } from "@/components/loaded";
import type { MonthlyReturn } from "@/gen/tradingd/v1/analytics_pb";
import { formatFigure, formatMoney } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { useAnalytics } from "../api/use-analytics";
import { heat } from "./heat";

const MONTHS = Array.from({ length: 12 }, (_, at) => String(at + 1).padStart(2, "0"));

export function MonthsCard() {
  const analytics = useAnalytics();
  return (
    <Card title={t("analytics:months.title")} aside={t("analytics:months.aside")}>
      <Loaded query={analytics} what={t("analytics:what")}>
        {({ months, quoteAsset }) =>
          months.length === 0 ? (
            <EmptyState title={t("analytics:months.none")}>{t("analytics:months.none_what")}</EmptyState>
          ) : (
            <MonthTable months={months} asset={quoteAsset} />
          )
        }
      </Loaded>
    </Card>
  );
}

function MonthTable({ months, asset }: { months: MonthlyReturn[]; asset: string }) {
  const byMonth = new Map(months.map((each) => [each.month, each]));
  const years = [...new Set(months.map((each) => each.month.slice(0, 4)))].toSorted().toReversed();
  const strongest = Math.max(...months.map((each) => Math.abs(each.returnPct)), Number.EPSILON);
  return (
    // Scrolled by keyboard too.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="overflow-x-auto" role="group" aria-label={t("analytics:months.title")} tabIndex={0}>
      <table className="w-full border-separate border-spacing-1 text-center text-xs">
        <thead>
          <tr>
            <th scope="col" className="pr-2 text-right font-medium text-muted">
              {t("analytics:months.year")}
            </th>
            {MONTHS.map((month) => (
              <th key={month} scope="col" className="font-medium text-muted">
                {t(`analytics:month.${month as "01"}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {years.map((year) => (
            <tr key={year}>
              <th scope="row" className="pr-2 text-right font-medium">
                {year}
              </th>
              {MONTHS.map((month) => {
                const found = byMonth.get(`${year}-${month}`);
                if (!found) return <td key={month} className="min-w-14 rounded-md bg-raised/40 py-2 text-muted">–</td>;
                const sign = found.returnPct > 0 ? "+" : "";
                return (
                  <td key={month} style={heat(found.returnPct / strongest)} className="min-w-16 rounded-md px-1 py-2">
                    <span className="figure block font-semibold">{`${sign}${formatFigure(found.returnPct)} %`}</span>
                    <span className="figure block text-ink/80">{`${formatMoney(found.profit, true)} ${asset}`}</span>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
