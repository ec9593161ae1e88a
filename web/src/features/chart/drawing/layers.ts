// What is drawn over, behind and below the candles. Each layer is made anew when what it shows
// changes; the candles stay.
import {
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  LineSeries,
  LineStyle,
  LineType,
  type SeriesMarker,
  type Time,
  createSeriesMarkers,
} from "lightweight-charts";
import type { Bar } from "../candle-list";
import type { DrawnLine } from "../drawn-lines";
import type { Level } from "../levels";
import type { Mark } from "../marks";
import type { StripRow } from "../strips";
import { type CandleChart, chartTime } from "./candle-chart";
import type { Colours } from "./colours";
import { IndicatorLayer } from "./indicator-layer";
import { type StripData, StripSeries } from "./strip-series";

const KINDS = ["stop", "first_target", "target"] as const;
const QUIET = { lastValueVisible: false, priceLineVisible: false } as const;
/** Height of the strip against the candles' 6. */
const STRIP_STRETCH = 1;

export class Layers {
  readonly #lines: IndicatorLayer;
  readonly #levels = new Map<Level["kind"], ISeriesApi<"Line">>();
  #shade: ISeriesApi<"Custom"> | undefined;
  #shadeRows: StripRow[] = [];
  #strip: { names: string[]; rows: StripRow[]; series: ISeriesApi<"Custom"> } | undefined;
  readonly #markers: ISeriesMarkersPluginApi<Time>;

  constructor(private readonly chart: CandleChart, private readonly colours: Colours) {
    this.#markers = createSeriesMarkers(chart.candles, []);
    this.#lines = new IndicatorLayer(chart, colours);
  }

  /** Indicators: over the candles, or each in a pane of its own. */
  setLines(lines: DrawnLine[], bars: Bar[]): void {
    this.#lines.set(lines, bars, () => this.setStrip([], []));
  }

  setLevels(levels: Level[]): void {
    for (const kind of KINDS) {
      const points = levels.find((each) => each.kind === kind)?.points ?? [];
      if (points.length === 0 && !this.#levels.has(kind)) continue;
      this.#levelSeries(kind).setData(
        points.map(({ at, value, hidden }) => ({
          time: chartTime(at),
          value,
          ...(hidden ? { color: "transparent" } : {}),
        })),
      );
    }
  }

  /** What is in force goes on to the newest candle. */
  extendLevels(levels: Level[], at: number): void {
    for (const { kind, points } of levels) {
      const last = points.at(-1);
      if (last && !last.hidden && at > last.at) {
        this.#levelSeries(kind).update({ time: chartTime(at), value: last.value });
      }
    }
  }

  #levelSeries(kind: Level["kind"]): ISeriesApi<"Line"> {
    const known = this.#levels.get(kind);
    if (known) return known;
    const colour = { stop: this.colours.stop, first_target: this.colours.accent, target: this.colours.up };
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
    this.#levels.set(kind, series);
    return series;
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
    if (!this.#shade) {
      if (rows.length === 0) return;
      const view = new StripSeries([""], this.colours.muted);
      this.#shade = this.chart.api.addCustomSeries(view, { ...QUIET, priceScaleId: "shade" }, 0);
      this.#shade.priceScale().applyOptions({ scaleMargins: { top: 0, bottom: 0 } });
      this.#shade.setSeriesOrder(0);
    }
    grow(this.#shade, this.#shadeRows, rows);
    this.#shadeRows = rows;
  }

  /** Below everything: a row of cells for each strategy. */
  setStrip(names: string[], rows: StripRow[]): void {
    const known = this.#strip;
    if (known && rows === known.rows) return;
    if (known && rows.length > 0 && `${names}` === `${known.names}`) {
      grow(known.series, known.rows, rows);
      known.rows = rows;
      return;
    }
    if (known) this.chart.api.removeSeries(known.series);
    this.#strip = undefined;
    if (rows.length === 0) return;
    const { api } = this.chart;
    const pane = api.panes().length;
    const series = api.addCustomSeries(new StripSeries(names, this.colours.ink), { ...QUIET }, pane);
    series.priceScale().applyOptions({ visible: true, scaleMargins: { top: 0, bottom: 0 } });
    series.applyOptions({ priceFormat: { type: "custom", formatter: () => "" } });
    series.setData(rows.map(data));
    api.panes()[pane]?.setStretchFactor(STRIP_STRETCH);
    this.#strip = { names, rows, series };
  }
}

/** Only what is new at the end, where nothing else is: all of it is slow on a long chart. */
function grow(series: ISeriesApi<"Custom">, known: StripRow[], rows: StripRow[]): void {
  const last = known.length - 1;
  const grown = last >= 0 && known[0]?.at === rows[0]?.at && known[last]?.at === rows[last]?.at;
  if (!grown) series.setData(rows.map(data));
  else for (const row of rows.slice(last)) series.update(data(row));
}

function data({ at, cells }: StripRow): StripData {
  return { time: chartTime(at), cells };
}
