// How the equity curve looks: colours from the page's theme, time axis in the user's zone.
import UPlot from "uplot";
import { formatClock, formatShort, zoneName } from "@/lib/time";

type Hover = (index: number | undefined) => void;

function axis(ink: string, grid: string): UPlot.Axis {
  return {
    stroke: ink,
    font: "12px system-ui, sans-serif",
    grid: { stroke: grid, width: 1 },
    ticks: { stroke: grid, width: 1 },
    space: 64,
  };
}

const DAY_S = 86_400;

/** "12:15", or "03-01" where the ticks are days apart. */
function timeLabel(stepSeconds: number): (seconds: number) => string {
  if (stepSeconds >= DAY_S) return (seconds) => formatShort(seconds * 1000).slice(0, 5);
  if (stepSeconds >= 60) return (seconds) => formatShort(seconds * 1000).slice(6);
  return (seconds) => formatClock(seconds * 1000);
}

export function chartOptions(
  style: CSSStyleDeclaration,
  onHover: Hover,
): Omit<UPlot.Options, "width" | "height"> {
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const accent = colour("--accent");
  const line = axis(colour("--muted"), colour("--line"));
  return {
    tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1000), zoneName()),
    legend: { show: false },
    cursor: { y: false, points: { size: 7 } },
    scales: { x: { time: true } },
    padding: [8, 24, 0, 0],
    axes: [
      { ...line, size: 30, values: (_chart, ticks, _axis, _space, step) => ticks.map(timeLabel(step)) },
      { ...line, size: 72, space: 36 },
    ],
    series: [{}, { stroke: accent, width: 2, fill: `${accent}1f`, points: { show: false } }],
    hooks: {
      setCursor: [(chart) => onHover(chart.cursor.idx ?? undefined)],
    },
  };
}
