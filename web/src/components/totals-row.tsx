import type { Column } from "./data-table";

/** The last row of a table: sums that the daemon has told, each below its column. */
export function TotalsRow<Row>({ columns }: { columns: Column<Row>[] }) {
  if (columns.every(({ total }) => total === undefined)) return null;
  return (
    <tfoot role="rowgroup">
      <tr role="row" className="font-semibold">
        {columns.map(({ header, align, total }, at) => (
          <td
            role="cell"
            key={header}
            data-label={at === 0 ? "" : header}
            data-empty={total === undefined || undefined}
            className={`py-2 align-top md:px-2 md:first:pl-0 md:last:pr-0 md:whitespace-nowrap ${align === "right" ? "text-right" : "text-left"}`}
          >
            {total}
          </td>
        ))}
      </tr>
    </tfoot>
  );
}
