// The canvas and what is handed to it. It is made once for each symbol, interval and theme; what
// changes afterwards is told to its layers.
import { useEffect, useRef, useState } from "react";
import { t } from "@/lib/i18n";
import type { ChartData } from "../api/use-chart-data";
import { CandleChart } from "../drawing/candle-chart";
import { pageColours } from "../drawing/colours";
import { Layers } from "../drawing/layers";
import { words } from "@/lib/labels";

interface ChartCanvasProps {
  data: ChartData;
  chosen: number | undefined;
  onHover(at: number | undefined): void;
  onChoose(at: number): void;
}

interface Made {
  chart: CandleChart;
  layers: Layers;
}

export function ChartCanvas({ data, chosen, onHover, onChoose }: ChartCanvasProps) {
  const { bars, lines, levels, marks, shade, votes, strategies, volume, symbol, interval } = data;
  const frame = useRef<HTMLDivElement>(null);
  const newest = useRef({ data, onHover, onChoose });
  const [made, setMade] = useState<Made>();

  useEffect(() => {
    newest.current = { data, onHover, onChoose };
  });
  useEffect(() => {
    const box = frame.current;
    if (!box) return;
    const colours = pageColours();
    const chart = new CandleChart(box, colours, {
      onHover: (at) => newest.current.onHover(at),
      onChoose: (at) => newest.current.onChoose(at),
      onNeedOlder: () => newest.current.data.loadOlder(),
      onSpan: (span) => newest.current.data.setSpan(span),
    });
    setMade({ chart, layers: new Layers(chart, colours) });
    return () => chart.destroy();
  }, []);
  useEffect(() => made?.chart.setBars(bars), [made, bars]);
  useEffect(() => made?.chart.showVolume(volume), [made, volume]);
  useEffect(() => {
    made?.layers.setLines(lines, bars);
    // Below the panes of indicators, so after them.
    made?.layers.setStrip([...strategies.map(words), t("chart:result_row")], votes);
  }, [made, lines, bars, strategies, votes]);
  useEffect(() => made?.layers.setShade(shade), [made, shade]);
  useEffect(() => made?.layers.setMarks(marks, chosen), [made, marks, chosen]);
  useEffect(() => {
    if (chosen !== undefined) made?.chart.reveal(chosen);
  }, [made, chosen]);
  useEffect(() => made?.layers.setLevels(levels), [made, levels]);
  const last = bars.at(-1)?.at ?? 0;
  useEffect(() => made?.layers.extendLevels(levels, last), [made, levels, last]);

  return (
    <div
      ref={frame}
      role="img"
      aria-label={t("chart:label", { symbol, interval, count: bars.length, marks: marks.length })}
      className="h-[60dvh] min-h-96 overflow-hidden"
    />
  );
}
