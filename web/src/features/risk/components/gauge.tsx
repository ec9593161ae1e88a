import { toChartNumber } from "@/lib/decimal";

interface GaugeProps {
  /** What it measures, read out with it. */
  label: string;
  /** Used over limit in percent, decimal text. */
  usedPct: string;
  blocking: boolean;
}

const NEAR = 75;

function look(used: number, blocking: boolean): string {
  if (blocking || used >= 100) return "bg-down";
  return used >= NEAR ? "bg-warn" : "bg-accent";
}

/** A bar that fills up to its limit. */
export function Gauge({ label, usedPct, blocking }: GaugeProps) {
  const used = toChartNumber(usedPct);
  const filled = Math.min(100, Math.max(0, used));
  return (
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={filled}
      aria-valuetext={`${usedPct} %`}
      className="h-2 overflow-hidden rounded-full bg-raised"
    >
      <div className={`h-full rounded-full ${look(used, blocking)}`} style={{ width: `${filled}%` }} />
    </div>
  );
}
