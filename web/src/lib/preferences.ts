// What a user has chosen for this browser: language, time zone, colours of gain and loss. Kept in
// local storage; nothing secret, and whatever can't be read there counts as not chosen.
import { createStore, useStore } from "./store";

export type Language = "en" | "ko";
export type Palette = "standard" | "colour-blind";
/** What pops up: trades, alerts and state changes; only alerts and state changes; nothing. */
export type Toasts = "all" | "alerts" | "none";

export interface Preferences {
  language: Language;
  /** "UTC", "local" (the browser's), or an IANA name. */
  timeZone: string;
  palette: Palette;
  toasts: Toasts;
}

const KEY = "tradingd-preferences";

function systemLanguage(): Language {
  return navigator.language.toLowerCase().startsWith("ko") ? "ko" : "en";
}

function isZone(zone: unknown): zone is string {
  if (typeof zone !== "string" || zone === "") return false;
  if (zone === "local") return true;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

function stored(): Partial<Record<keyof Preferences, unknown>> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

function load(): Preferences {
  const { language, timeZone, palette, toasts } = stored();
  return {
    language: language === "en" || language === "ko" ? language : systemLanguage(),
    timeZone: isZone(timeZone) ? timeZone : "UTC",
    palette: palette === "colour-blind" ? "colour-blind" : "standard",
    toasts: toasts === "alerts" || toasts === "none" ? toasts : "all",
  };
}

export const preferences = createStore<Preferences>(load());

function show({ palette, language }: Preferences): void {
  document.documentElement.dataset["palette"] = palette;
  document.documentElement.lang = language;
}

/** Before the first paint. */
export function startPreferences(): void {
  preferences.set(load());
  show(preferences.get());
}

export function setPreferences(change: Partial<Preferences>): void {
  const next = { ...preferences.get(), ...change };
  localStorage.setItem(KEY, JSON.stringify(next));
  show(next);
  preferences.set(next);
}

export function usePreferences(): Preferences {
  return useStore(preferences);
}
