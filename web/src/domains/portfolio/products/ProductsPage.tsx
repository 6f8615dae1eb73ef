import { Skeleton } from "antd";
import type { ReactNode } from "react";

import styles from "./products.module.css";
import { useBundles, type Bundle } from "./productsQuery";
import type { ProductsSearch } from "./search";
import { useProductsText, wordsOf } from "./text";
import { formatCount } from "@/shared/format/figures";
import { localName } from "@/shared/i18n/language";
import { useLanguage } from "@/shared/i18n/text";
import { useShortcuts } from "@/shared/keyboard/shortcuts";
import { useRowInView } from "@/shared/ui/rowInView";
import { ErrorState } from "@/shared/ui/states";

interface ProductsProps {
  search: ProductsSearch;
  onSearch: (change: ProductsSearch) => void;
  onOpen: (code: string) => void;
  /** The link to a product's page. */
  linkTo: (code: string, children: ReactNode) => ReactNode;
}

/** Which products are there, and how does each compute? */
export function ProductsPage({ search, onSearch, onOpen, linkTo }: ProductsProps) {
  const text = useProductsText();
  const bundles = useBundles();
  const rows = bundles.data ?? [];
  const place = rows.findIndex((row) => row.code === search.at);
  const step = (by: number) => {
    const next = rows[place === -1 ? 0 : place + by];
    if (next !== undefined) onSearch({ at: next.code });
  };
  useShortcuts({
    j: () => step(1),
    k: () => step(-1),
    Enter: () => {
      if (search.at !== undefined) onOpen(search.at);
    },
  });
  const own = rows.filter((row) => row.base !== null).length;
  return (
    <div className={styles["page"]}>
      <title>{`${text.title} · 回款 Huikuan`}</title>
      <div>
        <h1>{text.title}</h1>
        <div className={styles["quiet"]}>
          {bundles.data === undefined ? "\u00a0" : text.subtitle(formatCount(rows.length), formatCount(own))}
        </div>
      </div>
      {bundles.isError ? (
        <ErrorState error={bundles.error} onRetry={() => void bundles.refetch()} />
      ) : (
        <div className={styles["panel"]} tabIndex={0} role="region" aria-label={text.list}>
          {bundles.isPending ? (
            <div role="status" aria-label={text.loading} className={styles["skeleton"]}>
              <Skeleton active title={false} paragraph={{ rows: 12, width: "100%" }} />
            </div>
          ) : (
            <BundleTable rows={rows} at={search.at} linkTo={linkTo} />
          )}
        </div>
      )}
    </div>
  );
}

interface TableProps {
  rows: Bundle[];
  at: string | undefined;
  linkTo: ProductsProps["linkTo"];
}

function BundleTable({ rows, at, linkTo }: TableProps) {
  const text = useProductsText();
  const heads = [
    text.product, text.kind, text.methods, text.frequencies, text.compound, text.dayCount, text.penalty, text.lateFee,
    text.allocation, text.advance,
  ];
  return (
    <table className={styles["table"]}>
      <caption className="visually-hidden">{text.list}</caption>
      <thead>
        <tr>
          {heads.map((head) => (
            <th key={head} scope="col">{head}</th>
          ))}
          <th scope="col" className={styles["figure"]}>{text.choices}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <BundleRow key={row.code} row={row} current={row.code === at} linkTo={linkTo} />
        ))}
      </tbody>
    </table>
  );
}

function BundleRow({ row, current, linkTo }: { row: Bundle; current: boolean; linkTo: ProductsProps["linkTo"] }) {
  const text = useProductsText();
  const { language } = useLanguage();
  const line = useRowInView(current);
  const value = (field: string, words?: Record<string, string>) => {
    const code = row.values[field] ?? "";
    const shown = words?.[code] ?? code;
    return row.differs.includes(field) ? <b title={text.differs}>{shown}</b> : shown;
  };
  return (
    <tr ref={line} className={current ? styles["current"] : undefined} aria-current={current ? "true" : undefined}>
      <th scope="row">
        {linkTo(row.code, localName(language, row))}
        <span className={styles["code"]} title={row.base ?? undefined}>
          {row.base === null ? row.code : `${row.code} · ${text.own}`}
        </span>
      </th>
      <td>{text.kinds[row.kind] ?? row.kind}</td>
      <td><FirstOf words={wordsOf(text.methodWords, row.methods)} /></td>
      <td><FirstOf words={wordsOf(text.frequencyWords, row.frequencies)} /></td>
      <td><FirstOf words={wordsOf(text.compoundWords, row.compounds)} /></td>
      <td>{value("day_count")}</td>
      <td>{value("penalty_base", text.short)} · {value("penalty_as", text.short)}</td>
      <td>{value("late_fee", text.short)}</td>
      <td>{value("allocation_axis", text.short)}</td>
      <td>{value("advance", text.short)}</td>
      <td className={styles["figure"]}>{formatCount(row.choices)}</td>
    </tr>
  );
}

/** The first word and how many more there are; all of them on pointing, and for who listens. */
function FirstOf({ words }: { words: string[] }) {
  const [first, ...others] = words;
  if (others.length === 0) return first;
  return (
    <span title={words.join(" · ")}>
      {first} <span className={styles["more"]} aria-hidden>+{others.length}</span>
      <span className="visually-hidden"> · {others.join(" · ")}</span>
    </span>
  );
}
