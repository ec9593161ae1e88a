// Values of indicators by candle, and how they grow at both ends like the candles do.
import type { GetIndicatorsResponse } from "@/gen/tradingd/v1/market_pb";
import { timestampMs } from "@/lib/time";

export interface IndicatorLine {
  /** Name, arguments and output: what tells one line from another. */
  key: string;
  indicator: string;
  output: string;
  /** E.g. "14" or "12, 26, 9". */
  settings: string;
  values: Map<number, number>;
}

export interface IndicatorLines {
  first: number;
  last: number;
  lines: IndicatorLine[];
}

export function linesOf(answer: GetIndicatorsResponse): IndicatorLines {
  const times = answer.openTimes.map((each) => timestampMs(each) ?? 0);
  const lines = answer.series.map(({ indicator, arguments: given, output, points }) => {
    const settings = given.map((each) => each.value).join(", ");
    const values = new Map<number, number>();
    for (const [at, { value }] of points.entries()) {
      const time = times[at];
      if (value !== undefined && time !== undefined) values.set(time, value);
    }
    return { key: `${indicator}(${settings}) ${output}`, indicator, output, settings, values };
  });
  return { first: times[0] ?? Infinity, last: times.at(-1) ?? -Infinity, lines };
}

/**
 * What is known and what was found. The maps of values are added to, not copied: they may hold a
 * hundred thousand values, and one more comes with every candle.
 */
export function merged(known: IndicatorLines | undefined, found: IndicatorLines): IndicatorLines {
  if (!known) return found;
  const lines = found.lines.map((line) => {
    const before = known.lines.find((each) => each.key === line.key);
    if (!before) return line;
    for (const [at, value] of line.values) before.values.set(at, value);
    return { ...line, values: before.values };
  });
  return { first: Math.min(known.first, found.first), last: Math.max(known.last, found.last), lines };
}
