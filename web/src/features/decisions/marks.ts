// How a decision's result is told apart: by a sign first, by colour too.
import type { Tone } from "@/components/badge";
import { DecisionResult } from "@/gen/tradingd/v1/decisions_pb";

interface Mark {
  sign: string;
  /** Of a cell of the grid. */
  look: string;
  tone: Tone;
}

const HOLD: Mark = { sign: "·", look: "bg-raised text-muted", tone: "neutral" };

const MARKS: Record<DecisionResult, Mark> = {
  [DecisionResult.UNSPECIFIED]: HOLD,
  [DecisionResult.HOLD]: HOLD,
  [DecisionResult.DENIED]: { sign: "×", look: "bg-warn text-canvas", tone: "warn" },
  [DecisionResult.ENTERED]: { sign: "▲", look: "bg-up text-canvas", tone: "good" },
  [DecisionResult.EXITED]: { sign: "▼", look: "bg-accent text-canvas", tone: "info" },
  [DecisionResult.EXIT_FENCED]: { sign: "!", look: "bg-stop text-on-stop", tone: "bad" },
};

export const RESULTS = [
  DecisionResult.HOLD,
  DecisionResult.DENIED,
  DecisionResult.ENTERED,
  DecisionResult.EXITED,
  DecisionResult.EXIT_FENCED,
] as const;

export function markOf(result: DecisionResult): Mark {
  return MARKS[result] ?? HOLD;
}
