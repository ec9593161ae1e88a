import { type Ref, memo } from "react";
import type { Column } from "./data-table";

interface EndlessRowProps<Row> {
  row: Row;
  columns: Column<Row>[];
  index: number;
  /** For rows whose height is not known. */
  measure: Ref<HTMLTableRowElement> | undefined;
}

function PlainRow<Row>({ row, columns, index, measure }: EndlessRowProps<Row>) {
  return (
    <tr role="row" data-index={index} ref={measure} aria-rowindex={index + 2} className="md:h-9">
      {columns.map(({ header, cell, align, spread }) => (
        <td
          role="cell"
          key={header}
          data-label={header}
          data-spread={spread || undefined}
          className={`border-b border-line/60 py-1.5 align-top md:px-2 md:first:pl-0 md:last:pr-0 ${align === "right" ? "text-right" : "text-left"} ${spread ? "" : "md:whitespace-nowrap"}`}
        >
          {cell(row)}
        </td>
      ))}
    </tr>
  );
}

/** Drawn once while it is in view: scrolling changes only what comes and goes. */
export const EndlessRow = memo(PlainRow) as typeof PlainRow;
