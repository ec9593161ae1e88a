import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { EmptyState } from "@/components/empty-state";
import { t } from "@/lib/i18n";
import type { Entry } from "../lines";
import { LogRow } from "./log-row";

interface LogLinesProps {
  entries: Entry[];
  /** Keeps the newest line in view, as long as nobody scrolls away from it. */
  follow: boolean;
  searched: boolean;
}

const ROW_PX = 26;
/** Within so many pixels of the end counts as at the end. */
const AT_END_PX = 60;

export function LogLines({ entries, follow, searched }: LogLinesProps) {
  const frame = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const virtual = useVirtualizer({
    count: entries.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_PX,
    overscan: 20,
    getItemKey: (index) => entries[index]?.id ?? index,
  });
  const newest = entries.at(-1)?.id;
  useEffect(() => {
    if (follow && atEnd.current && entries.length > 0) virtual.scrollToIndex(entries.length - 1, { align: "end" });
  }, [follow, newest, entries.length, virtual]);
  if (entries.length === 0) {
    return <EmptyState title={t("logs:none")}>{t(searched ? "logs:none_found" : "logs:none_hint")}</EmptyState>;
  }
  return (
    <div
      ref={frame}
      role="log"
      aria-label={t("logs:lines")}
      // Each new line read aloud would be noise; the list is there to be read.
      aria-live="off"
      // Scrolled by keyboard too.
      tabIndex={0}
      onScroll={({ currentTarget: box }) => {
        atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < AT_END_PX;
      }}
      className="h-[65dvh] overflow-auto rounded-lg bg-canvas p-2 font-mono text-xs"
    >
      <ol className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const entry = entries[index];
          return (
            entry && (
              <li
                key={key}
                data-index={index}
                ref={virtual.measureElement}
                className="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${start}px)` }}
              >
                <LogRow entry={entry} />
              </li>
            )
          );
        })}
      </ol>
    </div>
  );
}
