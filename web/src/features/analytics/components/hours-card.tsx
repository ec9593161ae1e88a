// Weekdays down, hours across: when entries paid.
import { Card } from "@/components/card";
import { EmptyState } from "@/components/empty-state";
import { Loaded } from "@/components/loaded";
import type { HourOfWeek } from "@/gen/tradingd/v1/analytics_pb";
import { formatDecimal, toChartNumber } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { useAnalytics } from "../api/use-analytics";
import { heat } from "./heat";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

export function HoursCard() {
  const analytics = useAnalytics();
  return (
    <Card title={t("analytics:hours.title")} aside={t("analytics:hours.aside")}>
      <Loaded query={analytics} what={t("analytics:what")}>
        {({ byHourOfWeek }) =>
          byHourOfWeek.length === 0 ? (
            <EmptyState title={t("analytics:no_trades.title")}>{t("analytics:no_trades.what")}</EmptyState>
          ) : (
            <HourTable hours={byHourOfWeek} />
          )
        }
      </Loaded>
    </Card>
  );
}

function HourTable({ hours }: { hours: HourOfWeek[] }) {
  const byCell = new Map(hours.map((each) => [`${each.weekday} ${each.hour}`, each]));
  const strongest = Math.max(...hours.map((each) => Math.abs(toChartNumber(each.profit))), Number.EPSILON);
  return (
    // Scrolled by keyboard too.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="overflow-x-auto" role="group" aria-label={t("analytics:hours.title")} tabIndex={0}>
      <table className="w-full border-separate border-spacing-0.5 text-center text-xs">
        <thead>
          <tr>
            <th scope="col" className="pr-2 text-right font-medium text-muted">
              {t("analytics:by.weekday")}
            </th>
            {HOURS.map((hour) => (
              <th key={hour} scope="col" className="font-medium text-muted">
                {String(hour).padStart(2, "0")}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {DAYS.map((day, weekday) => (
            <tr key={day}>
              <th scope="row" className="pr-2 text-right font-medium">
                {t(`analytics:weekday.${day}`)}
              </th>
              {HOURS.map((hour) => {
                const found = byCell.get(`${weekday} ${hour}`);
                if (!found) return <td key={hour} className="h-8 min-w-10 rounded-sm bg-raised/40 text-muted">–</td>;
                return (
                  <td
                    key={hour}
                    style={heat(toChartNumber(found.profit) / strongest)}
                    className="figure h-8 min-w-10 rounded-sm"
                  >
                    {formatDecimal(found.profit, { maxPlaces: 0, sign: true })}
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
