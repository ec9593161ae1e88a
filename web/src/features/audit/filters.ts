// The filter as the address has it, and as the protocol wants it. Moments are typed in the user's
// zone by the browser's own field and kept in the address as they were typed.
import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { type AuditFilter, AuditFilterSchema, AuditSeverity, AuditType } from "@/gen/tradingd/v1/audit_pb";
import { zonedMs } from "@/lib/zoned";

export const NO_FILTER = {
  type: "",
  severity: "",
  who: "",
  source: "",
  symbol: "",
  request: "",
  since: "",
  until: "",
  text: "",
};

export type Filters = typeof NO_FILTER;

export const TYPES = namesOf(AuditType);
export const SEVERITIES = namesOf(AuditSeverity);

function namesOf(values: Record<string, string | number>): string[] {
  const names = Object.keys(values).filter((name) => typeof values[name] === "number");
  return names.filter((name) => name !== "UNSPECIFIED");
}

export function toFilter(given: Filters): AuditFilter {
  const type = AuditType[given.type as keyof typeof AuditType];
  const severity = AuditSeverity[given.severity as keyof typeof AuditSeverity];
  const since = zonedMs(given.since);
  const until = zonedMs(given.until);
  return create(AuditFilterSchema, {
    types: type === undefined ? [] : [type],
    minSeverity: severity ?? AuditSeverity.UNSPECIFIED,
    principal: given.who,
    source: given.source,
    symbol: given.symbol,
    requestId: given.request,
    text: given.text,
    ...(since === undefined ? {} : { since: timestampFromMs(since) }),
    ...(until === undefined ? {} : { until: timestampFromMs(until) }),
  });
}
