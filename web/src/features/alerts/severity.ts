// How an alert's severity looks and in which order alerts are read.
import type { Tone } from "@/components/badge";
import { type Alert, AlertSeverity } from "@/gen/tradingd/v1/alerts_pb";
import { textOf } from "@/lib/i18n";
import { timestampMs } from "@/lib/time";

export const SEVERITY_TONE: Record<AlertSeverity, Tone> = {
  [AlertSeverity.UNSPECIFIED]: "neutral",
  [AlertSeverity.INFO]: "info",
  [AlertSeverity.WARNING]: "warn",
  [AlertSeverity.CRITICAL]: "bad",
};

/** The worst first, and of those the newest. */
export function bySeverity(one: Alert, other: Alert): number {
  if (one.severity !== other.severity) return other.severity - one.severity;
  return (timestampMs(other.lastAt) ?? 0) - (timestampMs(one.lastAt) ?? 0);
}

/** The title of its kind in the user's language; the daemon's own for kinds this build lacks. */
export function titleOf({ code, title }: Alert): string {
  return textOf(`alerts:code.${code}`) ?? title;
}
