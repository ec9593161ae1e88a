import { useId, useState } from "react";
import { Badge } from "@/components/badge";
import type { Decision } from "@/gen/tradingd/v1/decisions_pb";
import { formatPrice } from "@/lib/decimal";
import { labelOf, words } from "@/lib/labels";
import { formatShort, timestampMs } from "@/lib/time";
import { markOf } from "../marks";
import { verdictOf } from "../verdict";
import { DecisionStages } from "./decision-stages";

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
        <Badge tone={markOf(decision.result).tone}>{labelOf.result(decision.result)}</Badge>
        <span className="grow max-md:order-last max-md:basis-full max-md:pl-6 md:basis-32">{words(decision.reason)}</span>
        <span className="text-xs text-muted">
          {formatShort(timestampMs(decision.at))} · {formatPrice(decision.close)}
        </span>
      </button>
      <div id={detail}>
        {open && (
          <div className="grid gap-3 py-2 pl-6 max-md:pl-0">
            <p className="text-sm">{verdictOf(decision)}</p>
            <DecisionStages decision={decision} />
          </div>
        )}
      </div>
    </li>
  );
}
