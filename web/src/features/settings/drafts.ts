// Changes that are typed and not saved. They live outside of the page, so that a session that ends
// under it takes nothing away; another user who logs in does not see them.
import { useSyncExternalStore } from "react";
import type { Setting } from "@/gen/tradingd/v1/settings_pb";
import { createStore } from "@/lib/store";
import { normalise, problemOf, valueTypeOf } from "./value-type";

export interface Draft {
  /** Nothing: back to what file, environment, flags or the default say. */
  value: string | undefined;
  /** What the daemon had when the change was begun. */
  base: string;
}

export type Entries = ReadonlyMap<string, Draft>;

const EMPTY: Entries = new Map();
const store = createStore<{ user: string; entries: Entries }>({ user: "", entries: EMPTY });

/** What a change is measured against; a secret's value is never told, its version is. */
export function baseOf(setting: Setting): string {
  return setting.secret ? `version ${setting.version}` : setting.value;
}

function put(user: string, change: (entries: Map<string, Draft>) => void): void {
  const now = store.get();
  const entries = new Map(now.user === user ? now.entries : EMPTY);
  change(entries);
  store.set({ user, entries });
}

export function setDraft(user: string, setting: Setting, value: string | undefined): void {
  put(user, (entries) => {
    const base = entries.get(setting.key)?.base ?? baseOf(setting);
    if (!setting.secret && value === setting.value) entries.delete(setting.key);
    else entries.set(setting.key, { value, base });
  });
}

export function dropDraft(user: string, key: string): void {
  put(user, (entries) => entries.delete(key));
}

/** The change is meant all the same, over what somebody else has set. */
export function keepDraft(user: string, setting: Setting): void {
  put(user, (entries) => {
    const draft = entries.get(setting.key);
    if (draft) entries.set(setting.key, { ...draft, base: baseOf(setting) });
  });
}

export function dropAllDrafts(): void {
  store.set({ user: "", entries: EMPTY });
}

export function useDrafts(user: string): Entries {
  const entries = () => (store.get().user === user ? store.get().entries : EMPTY);
  return useSyncExternalStore(store.subscribe, entries);
}

export function useDraft(user: string, key: string): Draft | undefined {
  const draft = () => (store.get().user === user ? store.get().entries.get(key) : undefined);
  return useSyncExternalStore(store.subscribe, draft);
}

export interface Changes {
  assignments: { key: string; value: string }[];
  unset: string[];
  /** Keys that somebody else has changed since the change was begun. */
  conflicts: string[];
}

/** What would really be sent. */
export function changesOf(entries: Entries, settings: Setting[]): Changes {
  const changes: Changes = { assignments: [], unset: [], conflicts: [] };
  for (const setting of settings) {
    const draft = entries.get(setting.key);
    if (!draft) continue;
    const { key } = setting;
    const value = draft.value === undefined ? undefined : normalise(valueTypeOf(setting), draft.value);
    if (value === undefined) changes.unset.push(key);
    else if (setting.secret || value !== setting.value) changes.assignments.push({ key, value });
    else continue;
    if (draft.base !== baseOf(setting)) changes.conflicts.push(key);
  }
  return changes;
}

/** Without what can't be right: the daemon then looks at all the rest. */
export function sendable(changes: Changes, settings: Setting[]): Changes {
  const types = new Map(settings.map((each) => [each.key, valueTypeOf(each)]));
  const assignments = changes.assignments.filter(({ key, value }) => {
    const type = types.get(key);
    return type === undefined || problemOf(type, value) === undefined;
  });
  return { ...changes, assignments };
}

export function countOf({ assignments, unset }: Changes): number {
  return assignments.length + unset.length;
}
