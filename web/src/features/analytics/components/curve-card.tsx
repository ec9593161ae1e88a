import { Card } from "@/components/card";
import { EmptyState } from "@/components/empty-state";
import { Loaded } from "@/components/loaded";
import { Skeleton } from "@/components/skeleton";
import type { DeepestDrawdown } from "@/gen/tradingd/v1/analytics_pb";
import { formatFigure, formatMoney } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { useStore } from "@/lib/store";
import { theme } from "@/lib/theme";
import { durationMs, formatDateTime, formatSpan, timestampMs } from "@/lib/time";
import { useAnalytics } from "../api/use-analytics";
import { useAnalyticsAddress } from "../address";
import { CurveFigure } from "./curve-figure";

export function CurveCard() {
  const analytics = useAnalytics();
  const { range } = useAnalyticsAddress();
  // A chart is drawn with the colours it was made with.
  const colours = useStore(theme);
  return (
    <Card title={t("analytics:curve.title")}>
      <Loaded query={analytics} what={t("analytics:what")} skeleton={<Skeleton rows={1} of="chart" />}>
        {(data) =>
          data.curve.length < 2 ? (
            <EmptyState title={t("analytics:curve.none")}>{t("analytics:curve.none_what")}</EmptyState>
          ) : (
            <>
              <CurveFigure key={`${colours} ${range}`} data={data} />
              {data.deepestDrawdown && <Deepest fall={data.deepestDrawdown} />}
            </>
          )
        }
      </Loaded>
    </Card>
  );
}

function Deepest({ fall }: { fall: DeepestDrawdown }) {
  const said = {
    pct: formatFigure(fall.drawdownPct),
    peak: formatMoney(fall.peak),
    peakAt: formatDateTime(timestampMs(fall.peakAt)),
    trough: formatMoney(fall.trough),
    troughAt: formatDateTime(timestampMs(fall.troughAt)),
    span: formatSpan(durationMs(fall.duration)),
  };
  return (
    <p className="mt-2 text-sm text-muted">
      {t("analytics:deepest.text", said)}{" "}
      {fall.recoveredAt
        ? t("analytics:deepest.recovered", { at: formatDateTime(timestampMs(fall.recoveredAt)) })
        : t("analytics:deepest.open")}
      {fall.higherBefore && ` ${t("analytics:deepest.higher_before")}`}
    </p>
  );
}
