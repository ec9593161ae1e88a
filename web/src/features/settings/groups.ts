// The registry in parts that a person looks for: by the first word of the key, what trades first.
import type { Setting } from "@/gen/tradingd/v1/settings_pb";
import { textOf } from "@/lib/i18n";

export interface Group {
  id: string;
  title: string;
  settings: Setting[];
}

const ORDER = [
  "risk", "position", "execution", "ensemble", "trend", "regime", "strategies", "tracker", "general",
  "paper", "instruments", "source", "sim", "alerts", "telegram", "webhook", "auth", "plans", "log",
  "health", "audit", "stream", "server", "tls",
];

/** "risk.max_drawdown_pct" → "risk", "strategies.rsi.period" → "strategies.rsi", "mode" → "general". */
export function groupOf(key: string): string {
  const parts = key.split(".");
  if (parts.length === 1) return "general";
  return parts.slice(0, parts.length > 2 ? 2 : 1).join(".");
}

function titleOf(id: string, section: string): string {
  const [family = "", member] = id.split(".");
  const title = textOf(`settings:section.${family}`) ?? section;
  return member === undefined ? title : `${title}: ${member}`;
}

function rank(id: string): number {
  const place = ORDER.indexOf(id.split(".")[0] ?? "");
  return place < 0 ? ORDER.length : place;
}

export function groupsOf(settings: Setting[]): Group[] {
  const groups = new Map<string, Group>();
  for (const setting of settings) {
    const id = groupOf(setting.key);
    const group = groups.get(id) ?? { id, title: titleOf(id, setting.section), settings: [] };
    group.settings.push(setting);
    groups.set(id, group);
  }
  return [...groups.values()].toSorted((a, b) => rank(a.id) - rank(b.id));
}
