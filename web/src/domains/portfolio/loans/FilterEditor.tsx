import { Checkbox, DatePicker, InputNumber, Radio, Select } from "antd";
import dayjs from "dayjs";

import styles from "./LoansPage.module.css";
import { useFacets } from "./loansQuery";
import { BUCKETS, FAILURES, listOf, manyOf, PARTY_KINDS, SECURED, type LoansSearch } from "./search";
import type { Names } from "./sentence";
import { useLoansText, type Dimension, type LoansText } from "./text";
import { useInstitutions, useProducts } from "@/shared/api/reference";
import { formatCount } from "@/shared/format/figures";
import { localName } from "@/shared/i18n/language";
import { useLanguage } from "@/shared/i18n/text";
import { CLASS_ORDER } from "@/shared/theme/tokens";

export interface EditorProps {
  dimension: Dimension;
  search: LoansSearch;
  names: Names;
  onChange: (change: Partial<LoansSearch>) => void;
}

interface Option {
  value: string | number;
  label: string;
}

/** The control of one dimension; every change takes effect at once. */
export function FilterEditor(props: EditorProps) {
  switch (props.dimension) {
    case "dpd":
    case "overdue":
    case "balance":
      return <RangeEditor {...props} dimension={props.dimension} />;
    case "matures":
      return <DatesEditor {...props} />;
    case "stale":
    case "core_differs":
      return <FlagEditor {...props} dimension={props.dimension} />;
    case "institution":
    case "product":
    case "officer":
    case "department":
    case "region":
    case "tag":
      return <PickEditor {...props} />;
    default:
      return <TickEditor {...props} />;
  }
}

function fixedOptions(dimension: Dimension, text: LoansText): Option[] {
  const of = (values: readonly string[], words: Record<string, string>) =>
    values.map((value) => ({ value, label: words[value] ?? value }));
  switch (dimension) {
    case "bucket":
      return of(BUCKETS, text.buckets);
    case "class":
      return of(CLASS_ORDER, text.classes);
    case "core_class":
      return of([...CLASS_ORDER, ""], text.classes);
    case "party_kind":
      return of(PARTY_KINDS, text.partyKinds);
    case "secured":
      return of(SECURED, text.secureds);
    case "last_failure":
      return of([...FAILURES, ""], text.failures);
    default:
      return [];
  }
}

function TickEditor({ dimension, search, onChange }: EditorProps) {
  const text = useLoansText();
  return (
    <Checkbox.Group
      className={styles["ticks"]}
      aria-label={text.dimensions[dimension]}
      options={fixedOptions(dimension, text)}
      value={listOf(search[dimension as keyof LoansSearch]) as string[]}
      onChange={(values) => onChange({ [dimension]: manyOf(values) })}
    />
  );
}

/** The values that are there, from the book itself, the most frequent first. */
function usePickOptions(dimension: Dimension, names: Names): { options: Option[]; pending: boolean } {
  const text = useLoansText();
  const { language } = useLanguage();
  const facets = useFacets();
  const institutions = useInstitutions();
  const products = useProducts();
  const counted = (values: { value: string; notes: number }[], name: (value: string) => string) =>
    values.map(({ value, notes }) => ({ value, label: `${name(value)} · ${formatCount(notes)}` }));
  switch (dimension) {
    case "institution":
      return {
        options: (institutions.data ?? []).map((item) => ({ value: item.id, label: localName(language, item) })),
        pending: institutions.isPending,
      };
    case "product":
      return {
        options: (products.data ?? []).map((item) => ({ value: item.code, label: localName(language, item) })),
        pending: products.isPending,
      };
    case "officer":
      return {
        options: counted(facets.data?.officers ?? [], (code) =>
          code === "" ? text.noOfficer : `${names.officer(code)} ${code}`,
        ),
        pending: facets.isPending,
      };
    case "department":
      return {
        options: counted(facets.data?.departments ?? [], (code) => (code === "" ? text.noOfficer : names.branch(code))),
        pending: facets.isPending,
      };
    case "region":
      return {
        options: counted(facets.data?.regions ?? [], (code) => (code === "" ? text.notDelivered : code)),
        pending: facets.isPending,
      };
    default:
      return {
        options: (facets.data?.tags ?? []).map((tag) => ({ value: tag.id, label: tag.name })),
        pending: facets.isPending,
      };
  }
}

function PickEditor({ dimension, search, names, onChange }: EditorProps) {
  const text = useLoansText();
  const { options, pending } = usePickOptions(dimension, names);
  return (
    <Select
      mode="multiple"
      autoFocus
      defaultOpen
      className={styles["pick"]}
      aria-label={text.dimensions[dimension]}
      placeholder={text.choose}
      showSearch={{ optionFilterProp: "label" }}
      loading={pending}
      options={options}
      value={listOf(search[dimension as keyof LoansSearch]) as (string | number)[]}
      onChange={(values) => onChange({ [dimension]: manyOf(values) })}
    />
  );
}

/** Days as they are, amounts in whole units of the currency; the address holds minor units. */
function RangeEditor({ dimension, search, names, onChange }: EditorProps & { dimension: "dpd" | "overdue" | "balance" }) {
  const text = useLoansText();
  const scale = dimension === "dpd" ? 1 : 10 ** names.minorDigits;
  const unit = dimension === "dpd" ? text.days("") : names.unit;
  const field = (end: "min" | "max") => {
    const name = `${dimension}_${end}` as const;
    const now = search[name];
    const label = end === "min" ? text.least : text.most;
    const put = (value: number | null) => {
      const next = value === null ? undefined : Math.round(value * scale);
      if (next !== now) onChange(kept({ ...search, [name]: next }, dimension, end));
    };
    return (
      <InputNumber
        aria-label={`${text.dimensions[dimension]} ${label}`}
        autoFocus={end === "min"}
        min={0}
        max={dimension === "dpd" ? 36_500 : 1e12}
        precision={dimension === "dpd" ? 0 : names.minorDigits}
        placeholder={label}
        changeOnBlur
        value={now === undefined ? null : now / scale}
        onBlur={(event) => put(read(event.target.value))}
        onPressEnter={(event) => put(read(event.currentTarget.value))}
      />
    );
  };
  return (
    <div className={styles["range"]}>
      {field("min")}
      <span aria-hidden>–</span>
      {field("max")}
      <span className={styles["unit"]}>{unit}</span>
    </div>
  );
}

function read(typed: string): number | null {
  const figure = Number(typed.replaceAll(",", ""));
  return typed.trim() === "" || Number.isNaN(figure) ? null : figure;
}

/** Both ends of a range after one of them changed: an end that contradicts the new one goes. */
function kept(search: LoansSearch, dimension: "dpd" | "overdue" | "balance", changed: "min" | "max"): Partial<LoansSearch> {
  const [low, high] = [search[`${dimension}_min`], search[`${dimension}_max`]];
  const contradicts = low !== undefined && high !== undefined && low > high;
  return {
    [`${dimension}_min`]: contradicts && changed === "max" ? undefined : low,
    [`${dimension}_max`]: contradicts && changed === "min" ? undefined : high,
  };
}

function DatesEditor({ search, onChange }: EditorProps) {
  const text = useLoansText();
  return (
    <DatePicker.RangePicker
      aria-label={text.dimensions.matures}
      allowEmpty={[true, true]}
      placeholder={[text.from, text.to]}
      value={[search.matures_from, search.matures_to].map((day) => (day === undefined ? null : dayjs(day))) as [
        dayjs.Dayjs | null,
        dayjs.Dayjs | null,
      ]}
      onChange={(days) =>
        onChange({ matures_from: days?.[0]?.format("YYYY-MM-DD"), matures_to: days?.[1]?.format("YYYY-MM-DD") })
      }
    />
  );
}

function FlagEditor({ dimension, search, onChange }: EditorProps & { dimension: "stale" | "core_differs" }) {
  const text = useLoansText();
  return (
    <Radio.Group
      className={styles["ticks"]}
      aria-label={text.dimensions[dimension]}
      options={[true, false].map((value) => ({ value, label: text.flags[`${dimension}.${value}`] }))}
      value={search[dimension]}
      onChange={(event) => onChange({ [dimension]: event.target.value as boolean })}
    />
  );
}
