// The equity curve on a canvas. Values become floats here and only here, for pixels.
import { useEffect, useRef, useState } from "react";
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { formatMoney, toChartNumber } from "@/lib/decimal";
import type { CurvePoint } from "@/lib/equity-points";
import { t } from "@/lib/i18n";
import { formatDateTime } from "@/lib/time";
import { chartOptions } from "../chart-options";

const HEIGHT = 260;

interface EquityChartProps {
  points: CurvePoint[];
  asset: string;
}

function columns(points: CurvePoint[]): UPlot.AlignedData {
  return [points.map(({ at }) => at / 1000), points.map(({ equity }) => toChartNumber(equity))];
}

/** What the curve tells, for whoever can't see it. */
function labelOf(points: CurvePoint[], asset: string): string {
  const [first, last] = [points[0], points.at(-1)];
  return t("overview:curve_label", {
    count: points.length,
    first: `${formatMoney(first?.equity)} ${asset}`,
    last: `${formatMoney(last?.equity)} ${asset}`,
    from: formatDateTime(first?.at),
    to: formatDateTime(last?.at),
  });
}

export function EquityChart({ points, asset }: EquityChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const chart = useRef<UPlot>(undefined);
  const newest = useRef(points);
  const [hovered, setHovered] = useState<number>();

  useEffect(() => {
    const box = frame.current;
    if (!box) return;
    const options = chartOptions(getComputedStyle(document.documentElement), setHovered);
    const size = { width: box.clientWidth, height: HEIGHT };
    const made = new UPlot({ ...options, ...size }, columns(newest.current), box);
    chart.current = made;
    const resized = new ResizeObserver(() => {
      made.setSize({ width: box.clientWidth, height: HEIGHT });
    });
    resized.observe(box);
    return () => {
      resized.disconnect();
      made.destroy();
    };
  }, []);

  useEffect(() => {
    newest.current = points;
    chart.current?.setData(columns(points));
  }, [points]);

  const read = points[hovered ?? points.length - 1];
  const reading = read && `${formatDateTime(read.at)} · ${formatMoney(read.equity)} ${asset}`;
  return (
    <figure>
      {/* The canvas follows its box one frame later; until then it must not widen the page. */}
      <div
        ref={frame}
        role="img"
        aria-label={labelOf(points, asset)}
        className="overflow-hidden"
      />
      <figcaption className="mt-1 text-right text-xs text-muted">{reading}</figcaption>
    </figure>
  );
}
