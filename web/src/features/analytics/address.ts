// The stretch of time that the page is about, in its address: a name, or days of UTC. Named ranges
// end with the newest data, so the daemon works them out.
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { AnalyticsRange } from "@/gen/tradingd/v1/analytics_pb";
import { momentMs } from "@/lib/moments";
import { useAddress } from "@/lib/search";

const DAY_MS = 86_400_000;

const NAMED = {
  "7d": AnalyticsRange.ANALYTICS_RANGE_7D,
  "30d": AnalyticsRange.ANALYTICS_RANGE_30D,
  "90d": AnalyticsRange.ANALYTICS_RANGE_90D,
  all: AnalyticsRange.ANALYTICS_RANGE_ALL,
};

export const RANGES = ["7d", "30d", "90d", "all", "custom"] as const;
export type RangeName = (typeof RANGES)[number];

export const GROUPS = ["strategy", "symbol", "hour", "weekday", "exit_reason", "month"] as const;
export type Group = (typeof GROUPS)[number];

export function useAnalyticsAddress() {
  const [address, put] = useAddress({ range: "all", from: "", to: "", by: "strategy" });
  const range: RangeName = RANGES.find((each) => each === address.range) ?? "all";
  const group: Group = GROUPS.find((each) => each === address.by) ?? "strategy";
  return { put, range, group, from: address.from, to: address.to };
}

/** What to ask the daemon for; `to` is a day that is contained. */
export function rangeRequest(range: RangeName, from: string, to: string) {
  if (range !== "custom") return { range: NAMED[range] };
  const begin = momentMs(from);
  const end = momentMs(to);
  return {
    ...(begin === undefined ? {} : { from: timestampFromMs(begin) }),
    ...(end === undefined ? {} : { to: timestampFromMs(end + DAY_MS) }),
  };
}
