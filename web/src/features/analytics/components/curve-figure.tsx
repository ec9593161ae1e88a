import { useEffect, useRef, useState } from "react";
import "uplot/dist/uPlot.min.css";
import { Button } from "@/components/button";
import type { GetAnalyticsResponse } from "@/gen/tradingd/v1/analytics_pb";
import { formatFigure, formatMoney } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { formatDateTime, timestampMs } from "@/lib/time";
import { CurveCharts } from "../drawing/curve-charts";

export function CurveFigure({ data }: { data: GetAnalyticsResponse }) {
  const equity = useRef<HTMLDivElement>(null);
  const drawdown = useRef<HTMLDivElement>(null);
  const charts = useRef<CurveCharts>(undefined);
  const [hovered, setHovered] = useState<number>();
  const [zoomed, setZoomed] = useState(false);
  useEffect(() => {
    if (!equity.current || !drawdown.current) return;
    const boxes = { equity: equity.current, drawdown: drawdown.current };
    const made = new CurveCharts(boxes, data, { onHover: setHovered, onZoom: setZoomed });
    charts.current = made;
    return () => made.destroy();
  }, [data]);
  const { curve, quoteAsset, markers, statistics } = data;
  const read = curve[hovered ?? curve.length - 1];
  return (
    <figure className="grid gap-2">
      <figcaption className="flex min-h-10 flex-wrap items-center justify-between gap-2 text-xs text-muted">
        <span>{t("analytics:curve.legend")}</span>
        {zoomed && <Button onClick={() => charts.current?.showAll()}>{t("analytics:curve.all")}</Button>}
      </figcaption>
      <div
        ref={equity}
        role="img"
        aria-label={t("analytics:curve.equity", {
          count: curve.length,
          markers: markers.length,
          from: formatMoney(statistics?.startEquity),
          to: formatMoney(statistics?.endEquity),
          asset: quoteAsset,
        })}
        className="overflow-hidden"
      />
      <div
        ref={drawdown}
        role="img"
        aria-label={t("analytics:curve.drawdown", { deepest: formatFigure(statistics?.maxDrawdownPct) })}
        className="overflow-hidden"
      />
      {read && (
        <p role="group" aria-label={t("analytics:curve.reading")} className="figure text-right text-xs text-muted">
          {formatDateTime(timestampMs(read.at))} · {formatMoney(read.equity)} {quoteAsset} ·{" "}
          {t("analytics:curve.fall", { fall: formatFigure(read.drawdownPct) })}
        </p>
      )}
    </figure>
  );
}
