import type { Decision } from "@/gen/tradingd/v1/decisions_pb";
import { t } from "@/lib/i18n";
import { labelOf, words } from "@/lib/labels";
import type { DecisionFilters } from "../filters";
import { matches } from "../grid";
import { markOf } from "../marks";

interface GridCellProps {
  decision: Decision | undefined;
  when: string;
  row: number;
  column: number;
  filters: DecisionFilters;
  chosen: boolean;
  tabStop: boolean;
  onChoose(): void;
}

export function GridCell(props: GridCellProps) {
  const { decision, when, row, column, filters, chosen, tabStop, onChoose } = props;
  if (!decision) return <span role="gridcell" aria-label={t("none")} className="h-9 w-9 shrink-0 md:h-7 md:w-3" />;
  const { sign, look } = markOf(decision.result);
  const dim = matches(decision, filters) ? "" : "opacity-20";
  return (
    <span role="gridcell" aria-selected={chosen} className="shrink-0 p-px">
      <button
        type="button"
        aria-label={`${decision.symbol} ${when}: ${labelOf.result(decision.result)}, ${words(decision.reason)}`}
        data-row={row}
        data-column={column}
        tabIndex={tabStop ? 0 : -1}
        onClick={onChoose}
        className={`block h-9 w-[2.125rem] rounded-xs text-xs leading-none md:h-7 md:w-2.5 ${look} ${dim} ${chosen ? "outline-2 outline-offset-1 outline-ink" : ""}`}
      >
        {sign}
      </button>
    </span>
  );
}
