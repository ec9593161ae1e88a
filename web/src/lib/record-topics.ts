// Which lists a record makes old. A topic is the first part of a query key; whoever shows a list
// under it is asked to load it again, at most once a second.
import type { SubscribeResponse } from "@/gen/tradingd/v1/events_pb";

export const TOPICS = [
  "strategies",
  "decisions",
  "emergency",
  "trades",
  "orders",
  "executions",
  "analytics",
  "movements",
  "alerts",
  "settings",
  "access",
] as const;

export type Topic = (typeof TOPICS)[number];

type Kind = NonNullable<SubscribeResponse["payload"]["case"]>;

const BY_KIND: Partial<Record<Kind, Topic[]>> = {
  tradingStateChanged: ["emergency"],
  strategySwitched: ["strategies"],
  tradeClosed: ["strategies", "trades", "analytics"],
  intentApproved: ["decisions"],
  entryDenied: ["decisions"],
  closeAllStarted: ["emergency"],
  closeAllFinished: ["emergency"],
  orderUpdated: ["orders"],
  fill: ["orders"],
  intentFinished: ["executions"],
  externalMovement: ["movements", "analytics"],
  alert: ["alerts"],
};

const BY_CONTROL_PREFIX: [string, Topic][] = [
  ["settings_", "settings"],
  ["login", "access"],
  ["logout", "access"],
  ["session_", "access"],
  ["sessions_", "access"],
  ["refresh_", "access"],
  ["user_", "access"],
  ["password_", "access"],
  ["totp_", "access"],
  ["token_", "access"],
  ["api_token_", "access"],
  ["role_", "access"],
  ["setup", "access"],
  ["keys_", "access"],
  ["strategy_", "strategies"],
];

export function topicsOf({ payload }: SubscribeResponse): Topic[] {
  if (payload.case === undefined) return [];
  if (payload.case !== "control") return BY_KIND[payload.case] ?? [];
  const { type } = payload.value;
  const hit = BY_CONTROL_PREFIX.find(([prefix]) => type.startsWith(prefix));
  return hit ? [hit[1]] : [];
}
