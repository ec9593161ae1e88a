// Every word of the page in the user's language. One file a namespace in src/locales/en and /ko;
// keys are checked by the compiler against English, and a test compares both languages. `t` is a
// plain function: a change of language draws the whole page anew (app.tsx), so nobody subscribes.
import { createInstance } from "i18next";
import en from "@/locales/en";
import { type Language, setPreferences } from "./preferences";

const texts = createInstance();

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common";
    resources: typeof en;
    enableSelector: false;
  }
}

const LOADERS: Record<Language, () => Promise<{ default: Record<string, object> }>> = {
  en: () => Promise.resolve({ default: en }),
  ko: () => import("@/locales/ko"),
};

/** Starts with English, which is always there; another language is loaded when it is wanted. */
export function startTexts(): void {
  void texts.init({
    lng: "en",
    fallbackLng: "en",
    defaultNS: "common",
    initAsync: false,
    resources: { en },
    interpolation: { escapeValue: false },
    showSupportNotice: false,
  });
}

export async function loadTexts(language: Language): Promise<void> {
  const { default: namespaces } = await LOADERS[language]();
  for (const [namespace, keys] of Object.entries(namespaces)) {
    texts.addResourceBundle(language, namespace, keys, true, true);
  }
  await texts.changeLanguage(language);
  found.clear();
}

/** The user's choice: loads the texts first, so that nothing is ever shown half translated. */
export async function chooseLanguage(language: Language): Promise<void> {
  await loadTexts(language);
  setPreferences({ language });
}

/** Texts without gaps to fill, by their keys: tables ask for the same few hundred again and again. */
const found = new Map<string, string>();

function remembered(key: string): string {
  const known = found.get(key);
  if (known !== undefined) return known;
  const text = String(texts.t(key as never));
  if (texts.exists(key)) found.set(key, text);
  return text;
}

export const t = ((key: string, fill?: object) =>
  fill === undefined ? remembered(key) : texts.t(key as never, fill as never)) as typeof texts.t;

/** A text whose key is made at run time ("enums:order_side.BUY"); nothing when there is none. */
export function textOf(key: string): string | undefined {
  return found.has(key) || texts.exists(key) ? remembered(key) : undefined;
}
