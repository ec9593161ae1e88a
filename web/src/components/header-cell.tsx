import { t } from "@/lib/i18n";
import type { Sort } from "./data-table";

interface HeaderCellProps {
  header: string;
  align?: "right";
  sortKey?: string;
  sort: Sort | undefined;
  onSort: ((sort: Sort) => void) | undefined;
}

/** A table's column heading; a button when the server can sort by it. */
export function HeaderCell({ header, align, sortKey, sort, onSort }: HeaderCellProps) {
  const sorted = sortKey !== undefined && sort?.by === sortKey ? sort : undefined;
  const direction = sorted && (sorted.descending ? "descending" : "ascending");
  const arrow = sorted ? (sorted.descending ? "↓" : "↑") : "";
  // The first press shows the largest or newest first; the next one turns it round.
  const next = () => onSort?.({ by: sortKey ?? "", descending: sorted ? !sorted.descending : true });
  return (
    <th
      role="columnheader"
      scope="col"
      aria-sort={direction ?? "none"}
      className={`border-b border-line px-2 pb-1.5 text-xs font-medium whitespace-nowrap text-muted first:pl-0 last:pr-0 ${align === "right" ? "text-right" : "text-left"}`}
    >
      {sortKey === undefined || onSort === undefined ? (
        header
      ) : (
        <button
          type="button"
          className="hover:text-ink"
          title={t("sort.by", { column: header })}
          onClick={next}
        >
          {header} <span aria-hidden="true">{arrow}</span>
        </button>
      )}
    </th>
  );
}
