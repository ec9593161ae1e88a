import { type ReactNode, useRef } from "react";
import { useOverflow } from "@/lib/use-overflow";
import { HeaderCell } from "./header-cell";
import { TotalsRow } from "./totals-row";

/** Which column the server sorts by, and how. */
export interface Sort {
  by: string;
  descending: boolean;
}

export interface Column<Row> {
  header: string;
  /** The server's name of this order; without one the column can't be sorted by. */
  sortKey?: string;
  cell(row: Row): ReactNode;
  align?: "right";
  /** Takes the whole width of a phone row instead of a "label value" line. */
  spread?: boolean;
  /** What stands below the column in the row of totals; there is one when any column has it. */
  total?: ReactNode;
}

interface DataTableProps<Row> {
  /** What the table lists, read out with it. */
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey(row: Row): string;
  sort?: Sort;
  onSort?(sort: Sort): void;
}

/** The roles are written out because the phone layout changes the display type of the parts. */
export function DataTable<Row>({ label, columns, rows, rowKey, sort, onSort }: DataTableProps<Row>) {
  const box = useRef<HTMLDivElement>(null);
  const overflows = useOverflow(box);
  return (
    <div
      ref={box}
      className="overflow-x-auto"
      {...(overflows ? { tabIndex: 0, role: "group", "aria-label": label } : {})}
    >
      <table role="table" aria-label={label} className="rows-table w-full text-sm">
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <HeaderCell key={column.header} {...column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr role="row" key={rowKey(row)}>
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
          ))}
        </tbody>
        {rows.length > 0 && <TotalsRow columns={columns} />}
      </table>
    </div>
  );
}
