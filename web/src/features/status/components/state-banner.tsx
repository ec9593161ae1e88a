// On every page, under mode and trading state: who or what has made the state so and since when,
// what denies entries, the market source, the age of the data. Numbers without these mean nothing.
import { Skeleton } from "@/components/skeleton";
import { TradingState } from "@/gen/tradingd/v1/common_pb";
import { t } from "@/lib/i18n";
import { words } from "@/lib/labels";
import { formatDateTime, timestampMs } from "@/lib/time";
import { useWorld } from "@/lib/use-world";
import { useStateAuthor } from "../api/use-state-author";
import { DataAge } from "./data-age";
import { SourceStatus } from "./source-status";

export function StateBanner() {
  const status = useWorld((world) => world.status);
  const info = status?.tradingState;
  const who = useStateAuthor(info?.epoch);
  if (!status) return <Skeleton rows={1} />;
  const restrained = info !== undefined && info.state !== TradingState.ACTIVE;
  const blocks = status.entryBlocks.filter((each) => each !== "trading_state");
  const since = formatDateTime(timestampMs(info?.since));
  return (
    <section
      aria-label={t("status:banner")}
      className="flex flex-wrap items-center gap-x-4 gap-y-1"
    >
      {info && info.cause !== "" && (
        <span className={`text-sm ${restrained ? "font-semibold" : "max-md:hidden"}`}>
          {words(info.cause)}{" "}
          <span className="font-normal text-muted">
            {who !== "" && `${t("status:by", { who })} `}
            {t("status:since", { since })}
          </span>
        </span>
      )}
      {info?.frozen === true && (
        <strong className="text-sm text-warn">{t("status:frozen")}</strong>
      )}
      {blocks.length > 0 && (
        <span className="text-sm text-warn">
          {t("status:no_entries", { blocks: blocks.map(words).join(", ") })}
        </span>
      )}
      <SourceStatus />
      <DataAge />
    </section>
  );
}
