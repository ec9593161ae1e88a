// The chart on its canvas: candles, volume, what is in view. Layers add themselves to it.
import {
  CandlestickSeries,
  CrosshairMode,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  type Time,
  type UTCTimestamp,
  createChart,
} from "lightweight-charts";
import { formatDateTime, formatShort } from "@/lib/time";
import { type Bar, indexAt } from "../candle-list";
import { type Colours, faint } from "./colours";

/** Bars from the left edge at which older ones are asked for. */
const AHEAD = 60;
const SETTLED_MS = 200;

export interface ChartEvents {
  onHover(at: number | undefined): void;
  onChoose(at: number): void;
  onNeedOlder(): void;
  /** What is in view, once it stands still. */
  onSpan(span: { from: number; to: number }): void;
}

export const chartTime = (at: number) => (at / 1000) as UTCTimestamp;
const msOf = (time: Time | undefined) => (typeof time === "number" ? time * 1000 : undefined);

function bodyOf({ at, open, high, low, close }: Bar) {
  return { time: chartTime(at), open, high, low, close };
}

export class CandleChart {
  readonly api: IChartApi;
  readonly candles: ISeriesApi<"Candlestick">;
  readonly #volume: ISeriesApi<"Histogram">;
  #bars: Bar[] = [];
  #settled: ReturnType<typeof setTimeout> | undefined;

  constructor(box: HTMLElement, private readonly colours: Colours, private readonly events: ChartEvents) {
    this.api = createChart(box, {
      autoSize: true,
      layout: {
        background: { color: colours.surface },
        textColor: colours.muted,
        attributionLogo: false,
        panes: { separatorColor: colours.line },
      },
      grid: { vertLines: { color: faint(colours.line, "66") }, horzLines: { color: faint(colours.line, "66") } },
      crosshair: { mode: CrosshairMode.Normal },
      rightPriceScale: { borderColor: colours.line },
      localization: { timeFormatter: (time: Time) => formatDateTime(msOf(time)) },
      timeScale: {
        borderColor: colours.line,
        timeVisible: true,
        // Five candles a pixel; for more there are longer intervals.
        minBarSpacing: 0.2,
        tickMarkFormatter: (time: Time, kind: number) => this.#tick(msOf(time) ?? 0, kind),
      },
    });
    this.candles = this.api.addSeries(CandlestickSeries, {
      upColor: colours.up,
      wickUpColor: colours.up,
      downColor: colours.down,
      wickDownColor: colours.down,
      borderVisible: false,
    });
    this.#volume = this.api.addSeries(HistogramSeries, {
      priceScaleId: "volume",
      priceFormat: { type: "volume" },
      lastValueVisible: false,
      priceLineVisible: false,
    });
    this.#volume.priceScale().applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
    this.api.subscribeCrosshairMove(({ time }) => events.onHover(msOf(time)));
    this.api.subscribeClick(({ time }) => {
      const at = msOf(time);
      if (at !== undefined) events.onChoose(at);
    });
    this.api.timeScale().subscribeVisibleLogicalRangeChange(() => this.#moved());
  }

  showVolume(visible: boolean): void {
    this.#volume.applyOptions({ visible });
  }

  /** Draws only what is new when bars were added at the end. */
  setBars(bars: Bar[]): void {
    const known = this.#bars;
    const grown = known.length > 0 && known[0]?.at === bars[0]?.at && bars.length >= known.length;
    this.#bars = bars;
    if (!grown) {
      this.#usePlaces(bars.at(-1)?.candle.close ?? "");
      this.candles.setData(bars.map(bodyOf));
      this.#volume.setData(bars.map((each) => this.#volumeOf(each)));
    } else {
      for (const bar of bars.slice(Math.max(0, known.length - 1))) {
        this.candles.update(bodyOf(bar));
        this.#volume.update(this.#volumeOf(bar));
      }
    }
    if (known.length === 0) this.#moved();
  }

  /** Brings a candle into view when it is not. */
  reveal(at: number): void {
    const index = indexAt(this.#bars, at);
    const range = this.api.timeScale().getVisibleLogicalRange();
    if (index < 0 || !range || (index >= range.from && index <= range.to)) return;
    const half = (range.to - range.from) / 2;
    this.api.timeScale().setVisibleLogicalRange({ from: index - half, to: index + half });
  }

  destroy(): void {
    clearTimeout(this.#settled);
    this.api.remove();
  }

  /** As many places on the axis as the daemon's prices have. */
  #usePlaces(price: string): void {
    const precision = price.split(".")[1]?.length ?? 0;
    this.candles.applyOptions({ priceFormat: { type: "price", precision, minMove: 10 ** -precision } });
  }

  #volumeOf({ at, open, close, volume }: Bar) {
    const colour = close >= open ? this.colours.up : this.colours.down;
    return { time: chartTime(at), value: volume, color: faint(colour, "55") };
  }

  #moved(): void {
    const range = this.api.timeScale().getVisibleLogicalRange();
    if (!range || this.#bars.length === 0) return;
    if (range.from < AHEAD) this.events.onNeedOlder();
    clearTimeout(this.#settled);
    this.#settled = setTimeout(() => {
      const edge = (index: number) => this.#bars[Math.min(this.#bars.length - 1, Math.max(0, index))]?.at ?? 0;
      this.events.onSpan({ from: edge(Math.floor(range.from)), to: edge(Math.ceil(range.to)) });
    }, SETTLED_MS);
  }

  /** Kinds 0 to 2 are years, months and days; then comes the time of day. */
  #tick(at: number, kind: number): string {
    if (kind === 0) return formatDateTime(at).slice(0, 4);
    return kind <= 2 ? formatShort(at).slice(0, 5) : formatShort(at).slice(6);
  }
}
