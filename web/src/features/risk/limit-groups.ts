// Limits in the order in which a person should read them: what blocks now, then the whole account,
// then parts of it; what is turned off last.
import type { Limit } from "@/gen/tradingd/v1/risk_pb";

export interface LimitGroup {
  name: "blocking" | "account" | "strategy" | "sector" | "symbol" | "off";
  limits: Limit[];
}

function groupOf(limit: Limit): LimitGroup["name"] {
  if (limit.blocking) return "blocking";
  if (limit.off) return "off";
  if (limit.symbol !== "") return "symbol";
  if (limit.strategy !== "") return "strategy";
  return limit.sector !== "" ? "sector" : "account";
}

const ORDER: LimitGroup["name"][] = ["blocking", "account", "symbol", "strategy", "sector", "off"];

/** Groups that have any, in that order; within each the limits of one check stand together. */
export function limitGroups(limits: Limit[]): LimitGroup[] {
  const checks = [...new Set(limits.map(({ check }) => check))];
  const sorted = limits.toSorted((a, b) => checks.indexOf(a.check) - checks.indexOf(b.check));
  const groups = ORDER.map((name) => ({
    name,
    limits: sorted.filter((each) => groupOf(each) === name),
  }));
  return groups.filter((each) => each.limits.length > 0);
}

export function limitKey({ check, symbol, strategy, sector }: Limit): string {
  return [check, symbol, strategy, sector].join("/");
}
