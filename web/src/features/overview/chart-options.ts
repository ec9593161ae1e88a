// How the equity curve looks: colours from the page's theme, time axis in UTC.
import UPlot from "uplot";

type Hover = (index: number | undefined) => void;

function axis(ink: string, grid: string): UPlot.Axis {
  return {
    stroke: ink,
    font: "12px system-ui, sans-serif",
    grid: { stroke: grid, width: 1 },
    ticks: { stroke: grid, width: 1 },
  };
}

export function chartOptions(
  style: CSSStyleDeclaration,
  onHover: Hover,
): Omit<UPlot.Options, "width" | "height"> {
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const accent = colour("--accent");
  const line = axis(colour("--muted"), colour("--line"));
  return {
    tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    legend: { show: false },
    cursor: { y: false, points: { size: 7 } },
    scales: { x: { time: true } },
    axes: [line, { ...line, size: 64 }],
    series: [{}, { stroke: accent, width: 2, fill: `${accent}1f`, points: { show: false } }],
    hooks: {
      setCursor: [(chart) => onHover(chart.cursor.idx ?? undefined)],
    },
  };
}
