import { ExportsList } from "./ExportsList";
import styles from "./exports.module.css";
import { useExportsText } from "./text";

/** The files that the person has asked for. */
export function ExportsPage() {
  const text = useExportsText();
  return (
    <div className={styles["page"]}>
      <title>{`${text.title} · 回款 Huikuan`}</title>
      <div>
        <h1>{text.title}</h1>
        <span className={styles["quiet"]}>{text.subtitle}</span>
      </div>
      <section className={styles["panel"]} aria-label={text.title}>
        <ExportsList />
      </section>
    </div>
  );
}
