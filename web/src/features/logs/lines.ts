// Lines of the daemon's log as they are shown, searched and saved.
import { type LogLine, LogLevel } from "@/gen/tradingd/v1/logs_pb";
import { formatDateTime, timestampMs } from "@/lib/time";

/** A line, or a place where lines are missing because the reader was too slow. */
export type Entry = { id: string; line: LogLine } | { id: string; dropped: bigint };

/** What can be asked for at least; everything is asked for without one. */
export const LEVELS = ["DEBUG", "INFO", "WARN", "ERROR"] as const;

export function levelOf(name: string): LogLevel {
  return LogLevel[name as keyof typeof LogLevel] ?? LogLevel.UNSPECIFIED;
}

/** Short values first, so that a hash does not push the others out of sight. */
export function fieldsOf(line: LogLine): [string, string][] {
  return Object.entries(line.fields).toSorted(
    ([a, one], [b, other]) => one.length - other.length || (a < b ? -1 : 1),
  );
}

/** "12:34:56.789" with its date, in the chosen zone. */
export function momentOf(line: LogLine): string {
  const ms = timestampMs(line.at);
  if (ms === undefined) return "–";
  return `${formatDateTime(ms)}.${String(ms % 1000).padStart(3, "0")}`;
}

export function textOfLine(line: LogLine): string {
  const level = LogLevel[line.level] ?? "";
  const fields = fieldsOf(line).map(([name, value]) => `${name}=${value}`);
  return [momentOf(line), level.padEnd(5), line.module, line.message, ...fields].join(" ");
}

export function matching(entries: Entry[], q: string): Entry[] {
  const wanted = q.trim().toLowerCase();
  if (wanted === "") return entries;
  return entries.filter((entry) => "line" in entry && textOfLine(entry.line).toLowerCase().includes(wanted));
}

/** What is shown, as a text file. */
export function fileOf(entries: Entry[], missing: (count: string) => string): Blob {
  const lines = entries.map((entry) => ("line" in entry ? textOfLine(entry.line) : missing(String(entry.dropped))));
  return new Blob([lines.join("\n"), "\n"], { type: "text/plain" });
}
