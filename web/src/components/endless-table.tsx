// A table of any length: only the rows in view exist, and the next page is asked for before the
// end is reached. Rows of one height on a wide screen; on a phone they are measured.
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { useWide } from "@/lib/use-wide";
import { t } from "@/lib/i18n";
import type { Column, Sort } from "./data-table";
import { EndlessRow } from "./endless-row";
import { HeaderCell } from "./header-cell";

const ROW_PX = 36;
/** Rows from the end at which the next page is asked for. */
const AHEAD = 40;

interface EndlessTableProps<Row> {
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey(row: Row): string;
  /** All rows there are, loaded or not; read out with the table. */
  total?: number;
  sort?: Sort;
  onSort?(sort: Sort): void;
  hasMore?: boolean;
  onMore?(): void;
  /** Height of the scrolled part, a class; default 70 % of the screen. */
  height?: string;
}

export function EndlessTable<Row>(props: EndlessTableProps<Row>) {
  const { label, columns, rows, rowKey, total, sort, onSort, hasMore = false, onMore } = props;
  const frame = useRef<HTMLDivElement>(null);
  const wide = useWide();
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_PX,
    overscan: 4,
  });
  // Heights that were measured on the other kind of screen would leave holes on this one.
  useEffect(() => virtual.measure(), [wide, virtual]);
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && last >= rows.length - AHEAD) onMore?.();
  }, [hasMore, last, rows.length, onMore]);
  const above = items[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <div
      ref={frame}
      // Scrolled by keyboard too.
      tabIndex={0}
      role="region"
      aria-label={label}
      className={`overflow-auto ${props.height ?? "max-h-[70dvh]"}`}
    >
      <table
        role="table"
        aria-label={label}
        aria-rowcount={total ?? rows.length}
        className="rows-table w-full text-sm"
      >
        <thead role="rowgroup" className="z-1 bg-surface md:sticky md:top-0">
          <tr role="row">
            {columns.map((column) => (
              <HeaderCell key={column.header} {...column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {above > 0 && <Gap px={above} />}
          {items.map(({ index }) => {
            const row = rows[index];
            return (
              row !== undefined && (
                <EndlessRow
                  key={rowKey(row)}
                  row={row}
                  columns={columns}
                  index={index}
                  measure={wide ? undefined : virtual.measureElement}
                />
              )
            );
          })}
          {below > 0 && <Gap px={below} />}
        </tbody>
      </table>
      {hasMore && <p className="py-2 text-center text-xs text-muted">{t("loading")}</p>}
    </div>
  );
}

/** Stands for the rows that are out of view. */
function Gap({ px }: { px: number }) {
  return <tr aria-hidden="true" style={{ height: px }} />;
}
