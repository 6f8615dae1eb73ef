import { listOf, type LoansSearch } from "./search";
import { DIMENSIONS, type Dimension, type LoansText } from "./text";
import { grouped, scaledDecimal } from "@/shared/format/money";

/** What the sentence needs to name keys: institutions, products, officers and tags by their names. */
export interface Names {
  institution: (id: number) => string;
  product: (code: string) => string;
  officer: (code: string) => string;
  /** An institution or department by its code. */
  branch: (code: string) => string;
  tag: (id: number) => string;
  /** Digits of the currency's minor unit, and the unit's name: 元. */
  minorDigits: number;
  unit: string;
}

const NAMED_MAX = 3;
/** Read before the word for notes instead of after it. */
const LEADING: Dimension = "bucket";

/** A condition in words, as a chip shows it. */
export interface Part {
  dimension: Dimension;
  words: string;
}

/** The fields of the address that belong to a dimension. */
export function fieldsOf(dimension: Dimension): (keyof LoansSearch)[] {
  if (dimension === "matures") return ["matures_from", "matures_to"];
  if (dimension === "dpd" || dimension === "overdue" || dimension === "balance") {
    return [`${dimension}_min`, `${dimension}_max`];
  }
  return [dimension];
}

/** The change of the address that removes a dimension. */
export function without(dimension: Dimension): Partial<LoansSearch> {
  return Object.fromEntries(fieldsOf(dimension).map((field) => [field, undefined]));
}

function joined(values: string[], text: LoansText): string {
  const named = values.slice(0, NAMED_MAX).join(text.or);
  return values.length > NAMED_MAX ? `${named} ${text.more(values.length)}` : named;
}

function rangeWords(low: string | undefined, high: string | undefined, text: LoansText): string {
  if (low !== undefined && high !== undefined) return low === high ? low : text.between(low, high);
  return low === undefined ? text.atMost(high ?? "") : text.atLeast(low);
}

/** A whole amount without decimals, an amount with parts of the unit with them: 5,000 and 0.50. */
export function amountWords(minor: number, digits: number): string {
  return grouped(scaledDecimal(minor, digits, minor % 10 ** digits === 0 ? 0 : digits));
}

function amounts(search: LoansSearch, name: "overdue" | "balance", text: LoansText, names: Names): string {
  const ends = [search[`${name}_min`], search[`${name}_max`]].map((minor) =>
    minor === undefined ? undefined : amountWords(minor, names.minorDigits),
  );
  return `${text.dimensions[name]} ${rangeWords(ends[0], ends[1], text)} ${names.unit}`;
}

function dates(search: LoansSearch, text: LoansText): string {
  const { matures_from: from, matures_to: to } = search;
  const words =
    from !== undefined && to !== undefined
      ? text.fromTo(from, to)
      : from === undefined
        ? text.notAfter(to ?? "")
        : text.notBefore(from);
  return `${text.dimensions.matures} ${words}`;
}

/** The names of the chosen values of a dimension that lists values. */
function chosen(search: LoansSearch, dimension: Dimension, text: LoansText, names: Names): string[] {
  const from = (words: Record<string, string>) => (value: string) => words[value] ?? value;
  switch (dimension) {
    case "bucket":
      return listOf(search.bucket).map((value) => (value === "M0" ? value : from(text.buckets)(value)));
    case "class":
      return listOf(search.class).map(from(text.classes));
    case "core_class":
      return listOf(search.core_class).map(from(text.classes));
    case "party_kind":
      return listOf(search.party_kind).map(from(text.partyKinds));
    case "secured":
      return listOf(search.secured).map(from(text.secureds));
    case "last_failure":
      return listOf(search.last_failure).map(from(text.failures));
    case "institution":
      return listOf(search.institution).map(names.institution);
    case "product":
      return listOf(search.product).map(names.product);
    case "officer":
      return listOf(search.officer).map((code) => (code === "" ? text.noOfficer : names.officer(code)));
    case "department":
      return listOf(search.department).map((code) => (code === "" ? text.noOfficer : names.branch(code)));
    case "region":
      return listOf(search.region).map((code) => (code === "" ? text.notDelivered : code));
    case "tag":
      return listOf(search.tag).map(names.tag);
    default:
      return [];
  }
}

/** A dimension that is set, in words. */
export function wordsOf(search: LoansSearch, dimension: Dimension, text: LoansText, names: Names): string {
  if (dimension === "overdue" || dimension === "balance") return amounts(search, dimension, text, names);
  if (dimension === "matures") return dates(search, text);
  if (dimension === "dpd") {
    const [low, high] = [search.dpd_min, search.dpd_max].map((days) => (days === undefined ? undefined : String(days)));
    return `${text.dimensions.dpd} ${text.days(rangeWords(low, high, text))}`;
  }
  if (dimension === "stale" || dimension === "core_differs") {
    return text.flags[`${dimension}.${String(search[dimension])}`] ?? text.dimensions[dimension];
  }
  const values = joined(chosen(search, dimension, text, names), text);
  return dimension === LEADING ? values : `${text.dimensions[dimension]} ${values}`;
}

/** Whether a dimension is set. */
export function isSet(search: LoansSearch, dimension: Dimension): boolean {
  return fieldsOf(dimension).some((field) => search[field] !== undefined);
}

/** The conditions that are set, in reading order. */
export function partsOf(search: LoansSearch, text: LoansText, names: Names): Part[] {
  return DIMENSIONS.filter((dimension) => isSet(search, dimension)).map((dimension) => ({
    dimension,
    words: wordsOf(search, dimension, text, names),
  }));
}

/** The words between the conditions: the sentence is before, part, after, and each further part with what precedes it. */
export function joints(parts: Part[], text: LoansText): { before: string[]; after: string } {
  const leads = parts[0]?.dimension === LEADING;
  const before = parts.map((_, index) => (index === 0 && leads ? text.before : text.comma));
  return { before, after: leads ? text.after : text.all };
}

/** The whole question as one sentence. */
export function sentenceOf(search: LoansSearch, text: LoansText, names: Names): string {
  const parts = partsOf(search, text, names);
  const { before, after } = joints(parts, text);
  const leads = parts[0]?.dimension === LEADING;
  const words = parts.map((part, index) => `${before[index]}${part.words}`);
  if (!leads) return [after, ...words].join("");
  const gap = after === "" ? "" : ` ${after}`;
  return [words[0], gap, ...words.slice(1)].join("");
}
