// What is drawn over, behind and below the candles. Each layer is made anew when what it shows
// changes; the candles stay.
import {
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  LineSeries,
  LineStyle,
  LineType,
  type SeriesMarker,
  type SeriesType,
  type Time,
  createSeriesMarkers,
} from "lightweight-charts";
import type { Level } from "../levels";
import type { Mark } from "../marks";
import type { StripRow } from "../strips";
import type { DrawnLine } from "../drawn-lines";
import { type CandleChart, chartTime } from "./candle-chart";
import { type Colours, lineColour } from "./colours";
import { type StripData, StripSeries } from "./strip-series";

const QUIET = { lastValueVisible: false, priceLineVisible: false } as const;
/** Heights of the panes against each other. */
const STRETCH = { candles: 6, own: 1.4, strip: 1 };

export class Layers {
  #lines: ISeriesApi<SeriesType>[] = [];
  #levels: ISeriesApi<"Line">[] = [];
  #shade: ISeriesApi<"Custom"> | undefined;
  #strip: ISeriesApi<"Custom"> | undefined;
  readonly #markers: ISeriesMarkersPluginApi<Time>;

  constructor(private readonly chart: CandleChart, private readonly colours: Colours) {
    this.#markers = createSeriesMarkers(chart.candles, []);
  }

  /** Indicators: over the candles, or each in a pane of its own. */
  setLines(lines: DrawnLine[]): void {
    const { api } = this.chart;
    this.setStrip([], []);
    for (const each of this.#lines.toReversed()) api.removeSeries(each);
    const panes = new Map<string, number>();
    this.#lines = lines.map((line, index) => {
      if (line.own && !panes.has(line.pane)) panes.set(line.pane, panes.size + 1);
      const pane = line.own ? (panes.get(line.pane) ?? 1) : 0;
      const options = { ...QUIET, color: lineColour(index, this.colours), lineWidth: 1 as const };
      const series = api.addSeries(LineSeries, options, pane);
      series.setData(line.points.map(({ at, value }) => ({ time: chartTime(at), value })));
      return series;
    });
    for (const pane of panes.values()) api.panes()[pane]?.setStretchFactor(STRETCH.own);
    api.panes()[0]?.setStretchFactor(STRETCH.candles);
  }

  setLevels(levels: Level[]): void {
    for (const each of this.#levels) this.chart.api.removeSeries(each);
    const colour = { stop: this.colours.stop, first_target: this.colours.accent, target: this.colours.up };
    this.#levels = levels.map(({ kind, points }) => {
      const series = this.chart.api.addSeries(LineSeries, {
        ...QUIET,
        color: colour[kind],
        lineWidth: 2,
        lineType: LineType.WithSteps,
        lineStyle: kind === "stop" ? LineStyle.Solid : LineStyle.Dashed,
        crosshairMarkerVisible: false,
        // Levels far from the price must not flatten the candles.
        autoscaleInfoProvider: () => null,
      });
      series.setData(
        points.map(({ at, value, hidden }) => ({
          time: chartTime(at),
          value,
          ...(hidden ? { color: "transparent" } : {}),
        })),
      );
      return series;
    });
  }

  /** The chosen candle has a dot of its own. */
  setMarks(marks: Mark[], chosen: number | undefined): void {
    const look = { buy: ["belowBar", "arrowUp", this.colours.up], sell: ["aboveBar", "arrowDown", this.colours.down] } as const;
    const arrows = marks.map(({ at, side, text }): SeriesMarker<Time> => {
      const [position, shape, color] = look[side];
      return { time: chartTime(at), position, shape, color, text };
    });
    const dot: SeriesMarker<Time>[] =
      chosen === undefined
        ? []
        : [{ time: chartTime(chosen), position: "aboveBar", shape: "circle", color: this.colours.ink, text: "" }];
    this.#markers.setMarkers([...arrows, ...dot].toSorted((a, b) => Number(a.time) - Number(b.time)));
  }

  /** Behind the candles: the regime of each. */
  setShade(rows: StripRow[]): void {
    this.#remove(this.#shade);
    this.#shade = undefined;
    if (rows.length === 0) return;
    const series = this.chart.api.addCustomSeries(new StripSeries([""], this.colours.muted), { ...QUIET, priceScaleId: "shade" }, 0);
    series.priceScale().applyOptions({ scaleMargins: { top: 0, bottom: 0 } });
    series.setSeriesOrder(0);
    series.setData(rows.map(data));
    this.#shade = series;
  }

  /** Below everything: a row of cells for each strategy. */
  setStrip(names: string[], rows: StripRow[]): void {
    this.#remove(this.#strip);
    this.#strip = undefined;
    if (rows.length === 0) return;
    const { api } = this.chart;
    const pane = api.panes().length;
    const series = api.addCustomSeries(new StripSeries(names, this.colours.ink), { ...QUIET }, pane);
    series.priceScale().applyOptions({ visible: true, scaleMargins: { top: 0, bottom: 0 } });
    series.applyOptions({ priceFormat: { type: "custom", formatter: () => "" } });
    series.setData(rows.map(data));
    api.panes()[pane]?.setStretchFactor(STRETCH.strip);
    this.#strip = series;
  }

  #remove(series: ISeriesApi<"Custom"> | undefined): void {
    if (series) this.chart.api.removeSeries(series);
  }
}

function data({ at, cells }: StripRow): StripData {
  return { time: chartTime(at), cells };
}
