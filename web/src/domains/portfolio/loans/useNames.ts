import { useMemo } from "react";

import { useFacets } from "./loansQuery";
import type { Names } from "./sentence";
import { useInstitutions, useProducts } from "@/shared/api/reference";
import { useCurrency } from "@/shared/api/session";
import { currencyUnitName } from "@/shared/format/money";
import { localName } from "@/shared/i18n/language";
import { useLanguage } from "@/shared/i18n/text";

/** The names of what the list knows by key; a key without a name stands for itself. */
export function useNames(): Names {
  const { language } = useLanguage();
  const currency = useCurrency();
  const institutions = useInstitutions().data;
  const products = useProducts().data;
  const facets = useFacets().data;
  return useMemo(() => {
    const byId = new Map((institutions ?? []).map((item) => [item.id, localName(language, item)]));
    const byCode = new Map((institutions ?? []).map((item) => [item.code, localName(language, item)]));
    const product = new Map((products ?? []).map((item) => [item.code, localName(language, item)]));
    const officer = new Map((facets?.officers ?? []).map((item) => [item.value, item.name]));
    const tag = new Map((facets?.tags ?? []).map((item) => [item.id, item.name]));
    return {
      institution: (id) => byId.get(id) ?? String(id),
      product: (code) => product.get(code) ?? code,
      officer: (code) => officer.get(code) || code,
      branch: (code) => byCode.get(code) ?? code,
      tag: (id) => tag.get(id) ?? String(id),
      minorDigits: currency.minorDigits,
      unit: currencyUnitName(currency, language),
    };
  }, [institutions, products, facets, currency, language]);
}
