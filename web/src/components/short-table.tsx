// A few rows in short. Unlike the tables of whole pages it stays a table on a phone, with the
// columns that matter most.
import type { ReactNode } from "react";

export interface ShortColumn<Row> {
  header: string;
  cell(row: Row): ReactNode;
  align?: "right";
  /** Left out where there is no room. */
  wide?: boolean;
}

interface ShortTableProps<Row> {
  label: string;
  columns: ShortColumn<Row>[];
  rows: Row[];
  rowKey(row: Row): string;
}

function look({ align, wide }: { align?: "right"; wide?: boolean }): string {
  return `${align === "right" ? "text-right" : "text-left"} ${wide ? "max-sm:hidden" : ""}`;
}

export function ShortTable<Row>({ label, columns, rows, rowKey }: ShortTableProps<Row>) {
  return (
    <table aria-label={label} className="w-full text-sm">
      <thead>
        <tr>
          {columns.map((column) => (
            <th
              key={column.header}
              scope="col"
              className={`border-b border-line pb-1.5 pl-3 text-xs font-medium text-muted first:pl-0 ${look(column)}`}
            >
              {column.header}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={rowKey(row)}>
            {columns.map((column) => (
              <td
                key={column.header}
                className={`border-b border-line/60 py-1.5 pl-3 first:pl-0 ${look(column)}`}
              >
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
