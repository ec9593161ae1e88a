// Lines of indicators. Series are made when other indicators are chosen; values are added one by one
// as candles close.
import { type ISeriesApi, LineSeries } from "lightweight-charts";
import type { Bar } from "../candle-list";
import type { DrawnLine } from "../drawn-lines";
import { type CandleChart, chartTime } from "./candle-chart";
import { type Colours, lineColour } from "./colours";

/** Heights of the panes against each other. */
const STRETCH = { candles: 6, own: 1.4 };

interface Drawn {
  key: string;
  series: ISeriesApi<"Line">;
  /** Open times of the first and last candle that it was drawn for. */
  first: number;
  last: number;
}

export class IndicatorLayer {
  #drawn: Drawn[] = [];

  constructor(private readonly chart: CandleChart, private readonly colours: Colours) {}

  /** `beforePanes` is called when panes come or go. */
  set(lines: DrawnLine[], bars: Bar[], beforePanes: () => void): void {
    const same = lines.length === this.#drawn.length && lines.every(({ key }, at) => this.#drawn[at]?.key === key);
    if (!same) {
      beforePanes();
      this.#makeSeries(lines);
    }
    for (const [at, line] of lines.entries()) {
      const drawn = this.#drawn[at];
      if (drawn) draw(drawn, line, bars);
    }
  }

  #makeSeries(lines: DrawnLine[]): void {
    const { api } = this.chart;
    for (const { series } of this.#drawn.toReversed()) api.removeSeries(series);
    const panes = new Map<string, number>();
    this.#drawn = lines.map(({ key, own, pane }, index) => {
      if (own && !panes.has(pane)) panes.set(pane, panes.size + 1);
      const color = lineColour(index, this.colours);
      const options = { color, lineWidth: 1 as const, lastValueVisible: false, priceLineVisible: false };
      const series = api.addSeries(LineSeries, options, own ? (panes.get(pane) ?? 1) : 0);
      return { key, series, first: 0, last: 0 };
    });
    for (const pane of panes.values()) api.panes()[pane]?.setStretchFactor(STRETCH.own);
    api.panes()[0]?.setStretchFactor(STRETCH.candles);
  }
}

function draw(drawn: Drawn, { values }: DrawnLine, bars: Bar[]): void {
  const first = bars.find(({ at }) => values.has(at))?.at ?? 0;
  const last = bars.findLast(({ at }) => values.has(at))?.at ?? 0;
  if (first === drawn.first && last === drawn.last) return;
  const grown = drawn.last > 0 && first === drawn.first;
  const from = grown ? bars.findLastIndex(({ at }) => at <= drawn.last) + 1 : 0;
  const points = bars.slice(from).flatMap(({ at }) => {
    const value = values.get(at);
    return value === undefined ? [] : [{ time: chartTime(at), value }];
  });
  if (grown) for (const point of points) drawn.series.update(point);
  else drawn.series.setData(points);
  drawn.first = first;
  drawn.last = last;
}
