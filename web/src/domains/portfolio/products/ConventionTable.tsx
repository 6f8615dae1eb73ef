import styles from "./products.module.css";
import type { Alternative, Convention } from "./productsQuery";
import { useProductsText } from "./text";
import { localName } from "@/shared/i18n/language";
import { useLanguage } from "@/shared/i18n/text";

/** The conventions of a group in words: default, what a note may choose, what is refused, and the source. */
export function ConventionTable({ title, conventions }: { title: string; conventions: Convention[] }) {
  const text = useProductsText();
  return (
    <section className={styles["panel"]} aria-label={title}>
      <h2 className={styles["panelHead"]}>{title}</h2>
      <table className={`${styles["table"]} ${styles["conventions"]}`}>
        <caption className="visually-hidden">{title}</caption>
        <thead>
          <tr>
            <th scope="col" className={styles["ruleColumn"]}>{text.convention}</th>
            <th scope="col">{text.value}</th>
            <th scope="col" className={styles["refusedColumn"]}>{text.refused}</th>
            <th scope="col" className={styles["sourceColumn"]}>{text.source}</th>
          </tr>
        </thead>
        <tbody>
          {conventions.map((each) => (
            <ConventionRow key={each.field} each={each} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function ConventionRow({ each }: { each: Convention }) {
  const text = useProductsText();
  const { language } = useLanguage();
  const chinese = language === "zh";
  return (
    <tr>
      <th scope="row">
        {localName(language, each)}
        <span className={styles["code"]}>{each.field}</span>
        <span className={styles["statement"]}>{chinese ? each.statement_zh : each.statement_en}</span>
      </th>
      <td>
        <ul className={styles["values"]}>
          {each.alternatives.map((value) => (
            <li key={`${value.code} ${value.en}`} className={value.default ? styles["chosen"] : undefined}>
              {words(value, chinese)}
              {value.default && (
                <span className={styles["mark"]}>{each.differs ? `${text.default} · ${text.differs}` : text.default}</span>
              )}
            </li>
          ))}
        </ul>
      </td>
      <td className={styles["quiet"]}>
        {each.refused.length === 0 ? (
          text.none
        ) : (
          <ul className={styles["values"]}>
            {each.refused.map((value) => (
              <li key={value.code}>{words(value, chinese)}</li>
            ))}
          </ul>
        )}
      </td>
      <td className={styles["quiet"]}>
        {chinese ? each.source.title_zh : each.source.title_en}
        <span className={styles["statement"]}>
          {text.forces[each.source.force] ?? each.source.force} ·{" "}
          {text.certainties[each.source.certainty] ?? each.source.certainty}
        </span>
      </td>
    </tr>
  );
}

function words(value: Alternative, chinese: boolean): string {
  return chinese ? value.zh : value.en;
}
