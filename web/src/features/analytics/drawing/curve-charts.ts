// Equity above, the fall from its peak below, on one axis of time: what is zoomed or pointed at in
// one is so in both. Values are floats here and only here, for pixels.
import UPlot from "uplot";
import type { GetAnalyticsResponse } from "@/gen/tradingd/v1/analytics_pb";
import { OrderSide } from "@/gen/tradingd/v1/common_pb";
import { signOf, toChartNumber } from "@/lib/decimal";
import { timestampMs } from "@/lib/time";
import { money, percent, time } from "./axis-labels";

const HEIGHT = { equity: 280, drawdown: 130 };
const KEY = "analytics-curve";

export interface CurveEvents {
  onHover(index: number | undefined): void;
  onZoom(zoomed: boolean): void;
}

function seconds(at: Parameters<typeof timestampMs>[0]): number {
  return (timestampMs(at) ?? 0) / 1000;
}

const line = (stroke: string): UPlot.Series => ({ stroke, width: 2, fill: `${stroke}26`, points: { show: false } });

export class CurveCharts {
  readonly #charts: UPlot[];
  readonly #watch: ResizeObserver;
  #zooming = false;

  constructor(
    boxes: { equity: HTMLElement; drawdown: HTMLElement },
    private data: GetAnalyticsResponse,
    private readonly events: CurveEvents,
  ) {
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
    const times = data.curve.map((each) => seconds(each.at));
    const equity = data.curve.map((each) => toChartNumber(each.equity));
    const fall = data.curve.map((each) => -each.deepestDrawdownPct);
    this.#charts = [
      new UPlot(
        {
          ...this.#options(colour, money, HEIGHT.equity, boxes.equity.clientWidth),
          series: [{}, { ...line(colour("accent")), fill: "transparent" }],
          hooks: {
            ...this.#hooks(),
            draw: [(chart) => this.#drawMarkers(chart, colour)],
            setCursor: [(chart) => this.events.onHover(chart.cursor.idx ?? undefined)],
          },
        },
        [times, equity],
        boxes.equity,
      ),
      new UPlot(
        {
          ...this.#options(colour, percent, HEIGHT.drawdown, boxes.drawdown.clientWidth),
          series: [{}, line(colour("down"))],
          hooks: this.#hooks(),
        },
        [times, fall],
        boxes.drawdown,
      ),
    ];
    this.#watch = new ResizeObserver(() => {
      for (const chart of this.#charts) {
        const box = chart.root.parentElement;
        if (box) chart.setSize({ width: box.clientWidth, height: chart.height });
      }
    });
    this.#watch.observe(boxes.equity);
  }

  showAll(): void {
    const { curve } = this.data;
    this.#zoom(seconds(curve[0]?.at), seconds(curve.at(-1)?.at));
    this.events.onZoom(false);
  }

  destroy(): void {
    this.#watch.disconnect();
    for (const chart of this.#charts) chart.destroy();
  }

  #options(colour: (name: string) => string, values: UPlot.Axis["values"], height: number, width: number) {
    const axis: UPlot.Axis = {
      stroke: colour("muted"),
      font: "12px system-ui, sans-serif",
      grid: { stroke: colour("line"), width: 1 },
      ticks: { stroke: colour("line"), width: 1 },
    };
    return {
      width,
      height,
      legend: { show: false },
      cursor: { y: false, sync: { key: KEY }, drag: { x: true, y: false } },
      scales: { x: { time: true } },
      padding: [10, 16, 0, 0] as [number, number, number, number],
      axes: [
        { ...axis, space: 96, values: time },
        { ...axis, size: 72, space: 36, ...(values ? { values } : {}) },
      ],
    };
  }

  #hooks(): UPlot.Hooks.Arrays {
    return {
      setSelect: [({ select }) => {
        if (select.width > 0) this.events.onZoom(true);
      }],
      setScale: [(chart, key) => {
        const { min, max } = chart.scales["x"] ?? {};
        if (key === "x" && typeof min === "number" && typeof max === "number") this.#zoom(min, max);
      }],
    };
  }

  #zoom(min: number, max: number): void {
    if (this.#zooming) return;
    this.#zooming = true;
    for (const chart of this.#charts ?? []) {
      if (chart.scales["x"]?.min !== min || chart.scales["x"]?.max !== max) chart.setScale("x", { min, max });
    }
    this.#zooming = false;
  }

  /** Entries point up, exits down; exits are coloured by what the trade brought. */
  #drawMarkers(chart: UPlot, colour: (name: string) => string): void {
    const { ctx } = chart;
    const size = 5 * devicePixelRatio;
    ctx.save();
    for (const each of this.data.markers) {
      const x = chart.valToPos(seconds(each.at), "x", true);
      if (each.equity === "" || x < chart.bbox.left || x > chart.bbox.left + chart.bbox.width) continue;
      const y = chart.valToPos(toChartNumber(each.equity), "y", true);
      const up = each.side === OrderSide.BUY ? 1 : -1;
      ctx.fillStyle = up === 1 ? colour("ink") : colour(signOf(each.profit) > 0 ? "up" : "down");
      ctx.beginPath();
      ctx.moveTo(x, y + up * size * 0.4);
      ctx.lineTo(x - size, y + up * size * 2);
      ctx.lineTo(x + size, y + up * size * 2);
      ctx.fill();
    }
    ctx.restore();
  }
}
