// What stands at the axes of the curve.
import type UPlot from "uplot";
import { formatClock, formatShort } from "@/lib/time";

const DAY_S = 86_400;

export const money = (_chart: UPlot, ticks: number[]) => ticks.map((each) => each.toLocaleString("en-US"));
export const percent = (_chart: UPlot, ticks: number[]) => ticks.map((each) => `${each} %`);

/** Days, or the time of day; both where several days are in view. */
export const time = (chart: UPlot, ticks: number[], _axis: number, _space: number, step: number) => {
  const { min = 0, max = 0 } = chart.scales["x"] ?? {};
  const days = (max ?? 0) - (min ?? 0) > DAY_S;
  const shown = (ms: number) => (days ? formatShort(ms) : formatClock(ms).slice(0, 5));
  return ticks.map((each) => (step >= DAY_S ? formatShort(each * 1000).slice(0, 5) : shown(each * 1000)));
};
