// On every page, under mode and trading state: what restrains trading, the market source, the age
// of the data. Numbers without these mean nothing.
import { Skeleton } from "@/components/skeleton";
import { TradingState } from "@/gen/tradingd/v1/common_pb";
import { words } from "@/lib/labels";
import { formatDateTime, timestampMs } from "@/lib/time";
import { useWorld } from "@/lib/use-world";
import { DataAge } from "./data-age";
import { SourceStatus } from "./source-status";

export function StateBanner() {
  const status = useWorld((world) => world.status);
  if (!status) return <Skeleton rows={1} />;
  const info = status.tradingState;
  const restrained = info !== undefined && info.state !== TradingState.ACTIVE;
  const blocks = status.entryBlocks.filter((each) => each !== "trading_state");
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
      {restrained && (
        <span className="text-sm">
          {words(info.cause)}
          <span className="text-muted"> since {formatDateTime(timestampMs(info.since))} UTC</span>
        </span>
      )}
      {info?.frozen === true && (
        <strong className="text-sm text-warn">Frozen: protection suspended</strong>
      )}
      {blocks.length > 0 && (
        <span className="text-sm text-warn">No entries: {blocks.map(words).join(", ")}</span>
      )}
      <SourceStatus />
      <DataAge />
    </div>
  );
}
