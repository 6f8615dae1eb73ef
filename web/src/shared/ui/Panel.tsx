import { useId, type ReactNode } from "react";

import styles from "./Panel.module.css";

interface PanelProps {
  title: ReactNode;
  /** Smaller text after the title: scope, unit, dates. */
  note?: ReactNode;
  definition?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
}

/** A titled region of a page. */
export function Panel({ title, note, definition, actions, children, className }: PanelProps) {
  const id = useId();
  return (
    <section className={className ? `${styles["panel"]} ${className}` : styles["panel"]} aria-labelledby={id}>
      <header className={styles["head"]}>
        <div className={styles["titles"]}>
          <span className={styles["title"]}>
            <h2 id={id}>{title}</h2>
            {definition}
          </span>
          {note !== undefined && <span className={styles["note"]}>{note}</span>}
        </div>
        {actions !== undefined && <div className={styles["actions"]}>{actions}</div>}
      </header>
      <div className={styles["body"]}>{children}</div>
    </section>
  );
}
