import type { ReactNode } from "react";

export interface Column<Row> {
  header: string;
  cell(row: Row): ReactNode;
  align?: "right";
  /** Takes the whole width of a phone row instead of a "label value" line. */
  spread?: boolean;
}

interface DataTableProps<Row> {
  /** What the table lists, read out with it. */
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey(row: Row): string;
}

/** The roles are written out because the phone layout changes the display type of the parts. */
export function DataTable<Row>({ label, columns, rows, rowKey }: DataTableProps<Row>) {
  return (
    <div className="overflow-x-auto">
      <table role="table" aria-label={label} className="rows-table w-full text-sm">
        <thead role="rowgroup">
          <tr role="row">
            {columns.map(({ header, align }) => (
              <th
                key={header}
                role="columnheader"
                scope="col"
                className={`border-b border-line px-2 pb-1.5 text-xs font-medium whitespace-nowrap text-muted first:pl-0 last:pr-0 ${align === "right" ? "text-right" : "text-left"}`}
              >
                {header}
              </th>
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
      </table>
    </div>
  );
}
