// The page's colours for a canvas.
import { Regime, SignalAction } from "@/gen/tradingd/v1/common_pb";
import { DecisionResult } from "@/gen/tradingd/v1/decisions_pb";
import type { Cell } from "./strip-series";

export interface Colours {
  surface: string;
  line: string;
  ink: string;
  muted: string;
  accent: string;
  up: string;
  down: string;
  warn: string;
  stop: string;
  raised: string;
}

export function pageColours(): Colours {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(`--${name}`).trim() || "#888888";
  return {
    surface: of("surface"),
    line: of("line"),
    ink: of("ink"),
    muted: of("muted"),
    accent: of("accent"),
    up: of("up"),
    down: of("down"),
    warn: of("warn"),
    stop: of("stop"),
    raised: of("raised"),
  };
}

/** A colour of the page, see-through: `alpha` in two hexadecimal digits. */
export function faint(colour: string, alpha: string): string {
  return `${colour}${alpha}`;
}

export function regimeCell(regime: Regime, colours: Colours): Cell | undefined {
  const of: Partial<Record<Regime, string>> = {
    [Regime.TRENDING_UP]: colours.up,
    [Regime.TRENDING_DOWN]: colours.down,
    [Regime.HIGH_VOLATILITY]: colours.warn,
  };
  const colour = of[regime];
  return colour === undefined ? undefined : { colour: faint(colour, "16"), from: 0, to: 1 };
}

/** Buys in the upper half of the row, sells in the lower. */
export function actionCell(action: SignalAction, colours: Colours): Cell | undefined {
  if (action === SignalAction.BUY) return { colour: colours.up, from: 0, to: 0.5 };
  return action === SignalAction.SELL ? { colour: colours.down, from: 0.5, to: 1 } : undefined;
}

/** Entries above, exits below, a denial in the middle. */
export function resultCell(result: DecisionResult, colours: Colours): Cell | undefined {
  const of: Partial<Record<DecisionResult, Cell>> = {
    [DecisionResult.DENIED]: { colour: colours.warn, from: 0.35, to: 0.65 },
    [DecisionResult.ENTERED]: { colour: colours.up, from: 0, to: 0.5 },
    [DecisionResult.EXITED]: { colour: colours.accent, from: 0.5, to: 1 },
    [DecisionResult.EXIT_FENCED]: { colour: colours.stop, from: 0, to: 1 },
  };
  return of[result];
}

/** Lines of indicators, one after the other. */
export function lineColour(index: number, colours: Colours): string {
  const all = [colours.accent, colours.warn, colours.ink, colours.up, colours.down, colours.muted];
  return all[index % all.length] ?? colours.ink;
}
