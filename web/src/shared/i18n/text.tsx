import { createContext, useContext } from "react";

import type { Language } from "./language";

export interface LanguageChoice {
  language: Language;
  setLanguage: (language: Language) => void;
}

export const LanguageContext = createContext<LanguageChoice>({
  language: "zh",
  setLanguage: () => undefined,
});

/** The language in force and the way to change it. */
export function useLanguage(): LanguageChoice {
  return useContext(LanguageContext);
}

/**
 * Declares the texts of one screen or domain and returns the hook that reads them in the language in force.
 * The English half must have exactly the keys of the Chinese half: a missing or surplus key is a type error.
 * Texts with facts in them are functions, so their arguments are typed as well.
 */
export function defineText<T extends object>(texts: { zh: T; en: NoInfer<T> }): () => T {
  return function useText() {
    return texts[useLanguage().language];
  };
}
