import { Skeleton } from "antd";
import type { ReactNode } from "react";

import { ConventionTable } from "./ConventionTable";
import styles from "./products.module.css";
import { useBundle, useBundles, type BundleDetail } from "./productsQuery";
import { useProductsText, wordsOf } from "./text";
import { formatCount } from "@/shared/format/figures";
import { localName } from "@/shared/i18n/language";
import { useLanguage } from "@/shared/i18n/text";
import { useShortcuts } from "@/shared/keyboard/shortcuts";
import { ErrorState } from "@/shared/ui/states";

/** Parts per million in a percent. */
const PPM_A_PERCENT = 10_000;

interface ProductProps {
  code: string;
  onOpen: (code: string) => void;
  onBack: () => void;
  /** The link back to the table. */
  back: (children: ReactNode) => ReactNode;
}

/** How does a product compute, what may a note of it choose, and where does each rule come from? */
export function ProductPage({ code, onOpen, onBack, back }: ProductProps) {
  const text = useProductsText();
  const { language } = useLanguage();
  const bundle = useBundle(code);
  const codes = (useBundles().data ?? []).map((row) => row.code);
  const step = (by: number) => {
    const next = codes[codes.indexOf(code) + by];
    if (next !== undefined) onOpen(next);
  };
  useShortcuts({ j: () => step(1), k: () => step(-1), Escape: onBack });
  if (bundle.isError) return <ErrorState error={bundle.error} onRetry={() => void bundle.refetch()} />;
  const found = bundle.data;
  if (found === undefined) {
    return (
      <div role="status" aria-label={text.loading} className={styles["page"]}>
        <Skeleton active paragraph={{ rows: 16, width: "100%" }} />
      </div>
    );
  }
  const name = localName(language, found);
  return (
    <div className={styles["page"]}>
      <title>{`${name} · 回款 Huikuan`}</title>
      <div>
        <div className={styles["quiet"]}>{back(text.back)}</div>
        <h1>
          {name} <span className={styles["headCode"]}>{found.code}</span>
        </h1>
        <p className={styles["purpose"]}>{language === "zh" ? found.purpose_zh : found.purpose_en}</p>
      </div>
      <Terms found={found} />
      {found.groups.map((group) => (
        <ConventionTable key={group.id} title={localName(language, group)} conventions={group.conventions} />
      ))}
      <Together found={found} />
    </div>
  );
}

function Terms({ found }: { found: BundleDetail }) {
  const text = useProductsText();
  const percent = (ppm: number) => String(ppm / PPM_A_PERCENT);
  const facts: [string, string][] = [
    [text.kind, text.kinds[found.kind] ?? found.kind],
    [text.methods, wordsOf(text.methodWords, found.methods).join(" · ")],
    [text.frequencies, wordsOf(text.frequencyWords, found.frequencies).join(" · ")],
    [text.compound, wordsOf(text.compoundWords, found.compounds).join(" · ")],
    [text.schedules, wordsOf(text.scheduleWords, found.schedules).join(" · ")],
    [text.features, wordsOf(text.featureWords, found.features).join(" · ") || text.noFeatures],
    [text.instalments, text.range(formatCount(found.instalments_from), formatCount(found.instalments_to))],
    [
      text.markup,
      text.markupWords(
        percent(found.markup_from_ppm),
        percent(found.markup_to_ppm),
        percent(found.misuse_from_ppm),
        percent(found.misuse_to_ppm),
      ),
    ],
    [text.feeBeside, text.feeBesideWords(found.late_fee_with_penalty)],
  ];
  return (
    <section className={styles["panel"]} aria-label={text.terms}>
      <dl className={styles["facts"]}>
        {facts.map(([term, words]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Together({ found }: { found: BundleDetail }) {
  const text = useProductsText();
  const { language } = useLanguage();
  if (found.combinations.length === 0) return null;
  return (
    <section className={styles["panel"]} aria-label={text.togetherTitle}>
      <h2 className={styles["panelHead"]}>
        {text.togetherTitle} <span className={styles["quiet"]}>{text.together}</span>
      </h2>
      <ul className={styles["reasons"]}>
        {found.combinations.map((each) => (
          <li key={each.id}>{language === "zh" ? each.statement_zh : each.statement_en}</li>
        ))}
      </ul>
    </section>
  );
}
