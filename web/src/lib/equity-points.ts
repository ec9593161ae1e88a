// The equity curve between two loads: the daemon's points, and after them one point per mark.
import type { EquityPoint, GetPortfolioResponse } from "@/gen/tradingd/v1/portfolio_pb";
import { timestampMs } from "./time";

export interface CurvePoint {
  /** Data time, milliseconds since 1970. */
  at: number;
  /** Decimal text. */
  equity: string;
}

/** Beyond this the curve is asked for again, which thins it. */
export const POINTS_KEPT = 3_000;
export const POINTS_ASKED = 600;

export function curveFrom(points: EquityPoint[]): CurvePoint[] {
  return points.map((each) => ({ at: timestampMs(each.at) ?? 0, equity: each.equity }));
}

/** The same array when the portfolio says nothing new. */
export function appendPoint(
  points: CurvePoint[],
  portfolio: GetPortfolioResponse | undefined,
): CurvePoint[] {
  const at = timestampMs(portfolio?.asOf);
  if (!portfolio || at === undefined || portfolio.equity === "") return points;
  const last = points.at(-1);
  const point = { at, equity: portfolio.equity };
  if (last === undefined || at > last.at) return [...points, point];
  if (at < last.at || last.equity === point.equity) return points;
  return [...points.slice(0, -1), point];
}
