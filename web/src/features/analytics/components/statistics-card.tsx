import { Card } from "@/components/card";
import { Loaded } from "@/components/loaded";
import { Skeleton } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { formatDateTime, timestampMs } from "@/lib/time";
import { useAnalytics } from "../api/use-analytics";
import { mainFigures, moreFigures } from "../statistics";
import { FigureList } from "./figure-list";

export function StatisticsCard() {
  const analytics = useAnalytics();
  const { data } = analytics;
  return (
    <Card
      title={t("analytics:statistics")}
      aside={
        data?.firstData &&
        t("analytics:span", {
          from: formatDateTime(timestampMs(data.firstData)),
          to: formatDateTime(timestampMs(data.lastData)),
        })
      }
    >
      <Loaded query={analytics} what={t("analytics:what")} skeleton={<Skeleton rows={2} of="figure" />}>
        {({ statistics }) =>
          statistics && (
            <div className="grid gap-2">
              <FigureList figures={mainFigures(statistics)} />
              <details>
                <summary className="min-h-9 py-1.5 text-sm font-medium">{t("analytics:more")}</summary>
                <FigureList figures={moreFigures(statistics)} />
              </details>
            </div>
          )
        }
      </Loaded>
    </Card>
  );
}
