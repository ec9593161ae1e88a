import { useId, useState } from "react";
import { Badge, type Tone } from "@/components/badge";
import { type Decision, DecisionResult } from "@/gen/tradingd/v1/decisions_pb";
import { formatPrice } from "@/lib/decimal";
import { labelOf, words } from "@/lib/labels";
import { formatShort, timestampMs } from "@/lib/time";
import { DecisionDetail } from "./decision-detail";

const TONE: Record<DecisionResult, Tone> = {
  [DecisionResult.UNSPECIFIED]: "neutral",
  [DecisionResult.HOLD]: "neutral",
  [DecisionResult.DENIED]: "warn",
  [DecisionResult.ENTERED]: "good",
  [DecisionResult.EXITED]: "info",
  [DecisionResult.EXIT_FENCED]: "bad",
};

export function DecisionRow({ decision }: { decision: Decision }) {
  const [open, setOpen] = useState(false);
  const detail = useId();
  return (
    <li className="py-1.5">
      <button
        type="button"
        aria-expanded={open}
        aria-controls={detail}
        onClick={() => setOpen(!open)}
        className="flex w-full flex-wrap items-center gap-x-3 gap-y-1 rounded-md py-1 text-left text-sm hover:bg-raised"
      >
        <span aria-hidden="true" className="w-3 text-muted">
          {open ? "▾" : "▸"}
        </span>
        <strong>{decision.symbol}</strong>
        <Badge tone={TONE[decision.result] ?? "neutral"}>{labelOf.result(decision.result)}</Badge>
        <span className="grow max-md:order-last max-md:basis-full max-md:pl-6 md:basis-32">{words(decision.reason)}</span>
        <span className="text-xs text-muted">
          {formatShort(timestampMs(decision.at))} · {formatPrice(decision.close)}
        </span>
      </button>
      <div id={detail}>{open && <DecisionDetail decision={decision} />}</div>
    </li>
  );
}
