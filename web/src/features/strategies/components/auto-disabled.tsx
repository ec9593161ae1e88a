import type { Strategy } from "@/gen/tradingd/v1/strategies_pb";
import { t } from "@/lib/i18n";
import { words } from "@/lib/labels";
import { formatDateTime, timestampMs } from "@/lib/time";

/** Where the tracker has switched it off, why and since when. */
export function AutoDisabled({ strategy }: { strategy: Strategy }) {
  const off = strategy.statistics.filter((each) => each.autoDisabled);
  if (off.length === 0) return null;
  return (
    <div role="note" className="rounded-lg border border-warn/60 bg-canvas p-3 text-sm">
      <p className="font-semibold text-warn">{t("strategies:auto.title")}</p>
      <ul className="mt-1">
        {off.map((each) => (
          <li key={each.symbol}>
            {t("strategies:auto.line", {
              symbol: each.symbol,
              reason: words(each.autoDisabledReason),
              since: formatDateTime(timestampMs(each.autoDisabledAt)),
            })}
          </li>
        ))}
      </ul>
      <p className="mt-1 text-xs text-muted">{t("strategies:auto.what")}</p>
    </div>
  );
}
