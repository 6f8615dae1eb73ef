/** The two languages of the screens, equal in rank; Chinese is the default. */
export type Language = "zh" | "en";

const STORAGE_KEY = "huikuan.language";

/** BCP 47 tag used for `lang` attributes and Intl. */
export const LANGUAGE_TAG: Record<Language, string> = { zh: "zh-CN", en: "en-GB" };

/** The language chosen before on this machine, else Chinese. */
export function storedLanguage(): Language {
  return localStorage.getItem(STORAGE_KEY) === "en" ? "en" : "zh";
}

/** Remembers the language and tells assistive technology. */
export function rememberLanguage(language: Language): void {
  localStorage.setItem(STORAGE_KEY, language);
  document.documentElement.lang = LANGUAGE_TAG[language];
}

/** The one of two stored names (institutions, products, banks) that belongs to the language. */
export function localName(language: Language, item: { name_zh: string; name_en: string }): string {
  return language === "zh" ? item.name_zh : item.name_en;
}
