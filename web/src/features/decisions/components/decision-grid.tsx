// Symbols down, candles across, the newest on the right. One tab stop; arrows go from cell to cell.
import type { KeyboardEvent } from "react";
import { t } from "@/lib/i18n";
import { formatDateTime, formatShort } from "@/lib/time";
import type { DecisionFilters } from "../filters";
import type { Grid } from "../grid";
import { GridCell } from "./grid-cell";

const STEP: Record<string, [number, number]> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};
/** Columns between two times above the grid. */
const LABEL_EVERY = 12;

/** The newest are on the right; a phone shows them first. */
function toEnd(node: HTMLDivElement | null): void {
  if (node) node.scrollLeft = node.scrollWidth;
}

function walk(event: KeyboardEvent<HTMLDivElement>): void {
  const step = STEP[event.key];
  if (!step || !(event.target instanceof HTMLElement)) return;
  const { row, column } = event.target.dataset;
  if (row === undefined || column === undefined) return;
  event.preventDefault();
  const place = `[data-row="${Number(row) + step[0]}"][data-column="${Number(column) + step[1]}"]`;
  event.currentTarget.querySelector<HTMLElement>(place)?.focus();
}

interface DecisionGridProps {
  grid: Grid;
  filters: DecisionFilters;
  chosen: { symbol: string; at: number | undefined };
  onChoose(symbol: string, at: number): void;
}

export function DecisionGrid({ grid, filters, chosen, onChoose }: DecisionGridProps) {
  const { symbols, times } = grid;
  const inView = symbols.includes(chosen.symbol) && times.includes(chosen.at ?? -1);
  const stop = inView ? chosen : { symbol: symbols[0], at: times.at(-1) };
  return (
    <div ref={toEnd} className="overflow-x-auto pb-2">
      <div
        role="grid"
        tabIndex={-1}
        aria-label={t("decisions:grid.label")}
        className="w-max min-w-full"
        onKeyDown={walk}
      >
        <div className="flex pl-24 text-xs text-muted" aria-hidden="true">
          {times.map((time, column) => (
            <span key={time} className="w-9 shrink-0 overflow-visible whitespace-nowrap md:w-3">
              {(times.length - 1 - column) % LABEL_EVERY === LABEL_EVERY - 1 && formatShort(time)}
            </span>
          ))}
        </div>
        {symbols.map((symbol, row) => (
          <div key={symbol} role="row" className="flex items-center">
            <span
              role="rowheader"
              className="sticky left-0 z-1 w-24 shrink-0 bg-surface py-1 text-sm font-semibold"
            >
              {symbol}
            </span>
            {times.map((time, column) => (
              <GridCell
                key={time}
                decision={grid.at(symbol, time)}
                when={formatDateTime(time)}
                row={row}
                column={column}
                filters={filters}
                chosen={chosen.symbol === symbol && chosen.at === time}
                tabStop={stop.symbol === symbol && stop.at === time}
                onChoose={() => onChoose(symbol, time)}
              />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}
