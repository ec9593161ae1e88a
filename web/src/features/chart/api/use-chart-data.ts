// Everything that one chart shows, asked for and brought into the form in which it is drawn.
import { useMemo, useState } from "react";
import { useStore } from "@/lib/store";
import { theme } from "@/lib/theme";
import { useChartAddress } from "../address";
import type { Bar } from "../candle-list";
import { drawnLines } from "../drawn-lines";
import { pageColours } from "../drawing/colours";
import { levelsOf } from "../levels";
import { marksOf } from "../marks";
import { byCandle, shadeOf, voters, votesOf } from "../strips";
import { useCandles } from "./use-candles";
import { type Span, useChartDecisions } from "./use-chart-decisions";
import { useForming } from "./use-forming";
import { useIndicators } from "./use-indicators";
import { useMarks } from "./use-marks";
import { useIndicatorCatalogue, useSymbols } from "./use-symbols";

// The same each time: another one would be drawn anew.
const NO_BARS: Bar[] = [];
const NOTHING: never[] = [];

export function useChartData() {
  const { symbol, interval, indicators, layers, at } = useChartAddress();
  const [span, setSpan] = useState<Span>();
  const colours = useStore(theme);
  const shown = (layer: (typeof layers)[number]) => layers.includes(layer);

  const { query: candles, loadOlder, loadingOlder } = useCandles(symbol, interval, at);
  const closed = candles.data?.bars ?? NO_BARS;
  const base = useSymbols().data?.find((each) => each.symbol === symbol)?.baseInterval ?? "";
  const forming = useForming(symbol, interval, base, closed.at(-1)?.at);
  const bars = useMemo(() => (forming ? [...closed, forming] : closed), [closed, forming]);

  const catalogue = useIndicatorCatalogue().data;
  const values = useIndicators(symbol, interval, indicators, closed);
  const lines = useMemo(
    () => drawnLines(indicators === "" ? undefined : values.data, catalogue ?? []),
    [indicators, values.data, catalogue],
  );

  const { decisions, tooMany } = useChartDecisions(symbol, span, shown("votes") || shown("regime"));
  const decided = useMemo(() => byCandle(decisions, bars), [decisions, bars]);
  const strips = useMemo(() => {
    const page = pageColours();
    const strategies = voters(decisions);
    return { strategies, shade: shadeOf(decided, page), votes: votesOf(decided, strategies, page) };
    // Colours are drawn into the cells: another theme, other cells.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [decisions, decided, colours]);

  const marks = useMarks(symbol, closed[0]?.at, shown("trades") || shown("levels")).data;
  // A candle more changes nothing of what has happened: only other marks or older candles do.
  const first = closed[0]?.at;
  // oxlint-disable-next-line react/exhaustive-deps
  const arrows = useMemo(() => (marks ? marksOf(marks, bars) : NOTHING), [marks, first]);
  // oxlint-disable-next-line react/exhaustive-deps
  const levels = useMemo(() => (marks ? levelsOf(marks.levels, bars) : NOTHING), [marks, first]);

  return {
    symbol,
    interval,
    candles,
    loadOlder,
    loadingOlder,
    bars,
    forming: forming?.at,
    lines,
    lineError: values.error,
    decided,
    tooMany,
    strategies: strips.strategies,
    shade: shown("regime") ? strips.shade : NOTHING,
    votes: shown("votes") ? strips.votes : NOTHING,
    moves: marks?.levels ?? NOTHING,
    marks: shown("trades") ? arrows : NOTHING,
    levels: shown("levels") ? levels : NOTHING,
    volume: shown("volume"),
    colours,
    setSpan,
  };
}

export type ChartData = ReturnType<typeof useChartData>;
