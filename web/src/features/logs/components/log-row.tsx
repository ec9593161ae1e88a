import { LogLevel } from "@/gen/tradingd/v1/logs_pb";
import { t } from "@/lib/i18n";
import { type Entry, fieldsOf, momentOf } from "../lines";

const COLOUR: Record<LogLevel, string> = {
  [LogLevel.UNSPECIFIED]: "text-muted",
  [LogLevel.TRACE]: "text-muted",
  [LogLevel.DEBUG]: "text-muted",
  [LogLevel.INFO]: "text-accent",
  [LogLevel.WARN]: "text-warn",
  [LogLevel.ERROR]: "text-down",
};

export function LogRow({ entry }: { entry: Entry }) {
  if (!("line" in entry)) {
    return <p className="py-1 text-warn">{t("logs:dropped", { count: Number(entry.dropped) })}</p>;
  }
  const { line } = entry;
  return (
    <p className="flex flex-wrap items-baseline gap-x-3 border-b border-line/40 py-1 break-words [overflow-wrap:anywhere]">
      <span className="text-muted">{momentOf(line)}</span>
      <strong className={`w-12 ${COLOUR[line.level]}`}>{LogLevel[line.level]}</strong>
      <span className="text-muted">{line.module}</span>
      <span className="text-ink">{line.message}</span>
      {fieldsOf(line).map(([name, value]) => (
        <span key={name} className="min-w-0 break-all">
          <span className="text-muted">{name}=</span>
          <span className="text-ink">{value}</span>
        </span>
      ))}
    </p>
  );
}
