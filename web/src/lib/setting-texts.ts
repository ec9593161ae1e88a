// What settings mean, in a language other than the daemon's own English: by key, and loaded only
// when a page shows settings in that language. `SYMBOL` stands for any pair.
import type { Language } from "./preferences";

export interface SettingTexts {
  descriptions: Record<string, string>;
  ranges: Record<string, string>;
}

const NONE: SettingTexts = { descriptions: {}, ranges: {} };

const LOADERS: Record<Language, () => Promise<SettingTexts>> = {
  en: () => Promise.resolve(NONE),
  ko: async () => {
    const [descriptions, ranges] = await Promise.all([
      import("@/locales/ko/setting-descriptions.json"),
      import("@/locales/ko/setting-ranges.json"),
    ]);
    return { descriptions: descriptions.default, ranges: ranges.default };
  },
};

export function loadSettingTexts(language: Language): Promise<SettingTexts> {
  return LOADERS[language]();
}

/** The key as the texts have it: a family's members share one. */
export function familyKey(key: string): string {
  return key.replace(/^instruments\.[^.]+\./, "instruments.SYMBOL.");
}
