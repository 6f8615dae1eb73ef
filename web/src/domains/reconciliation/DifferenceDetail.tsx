import { Button } from "antd";
import { useState, type ReactNode } from "react";

import { DeclareForm } from "./DeclareForm";
import { Finding } from "./DifferencesPanel";
import { useFigures } from "./figures";
import styles from "./reconciliation.module.css";
import type { Difference } from "./reconciliationQuery";
import { useReconciliationText } from "./text";
import { useInstitutions } from "@/shared/api/reference";
import { localName } from "@/shared/i18n/language";
import { useLanguage } from "@/shared/i18n/text";

interface DetailProps {
  row: Difference;
  mayDecide: boolean;
  linkTo: (partyId: string, noteId: string, children: ReactNode) => ReactNode;
}

/** One difference below the list: what it means, whose it is, and what can be done about it. */
export function DifferenceDetail({ row, mayDecide, linkTo }: DetailProps) {
  const text = useReconciliationText();
  const { language } = useLanguage();
  const { shown, size, signed } = useFigures();
  const [declaring, setDeclaring] = useState(false);
  const branch = useInstitutions().data?.find((item) => item.code === row.institution_code);
  const plain = row.unit === "date" ? "days" : row.unit;
  const facts: [string, ReactNode][] = [
    [text.core, shown(row.unit, row.core)],
    [text.ours, shown(row.unit, row.ours)],
    [text.difference, `${signed(plain, row.difference)} (${text.tolerance} ${size(plain, row.tolerance)})`],
    [text.since, row.first_seen_on],
    [text.lastSeen, row.last_seen_on],
    [text.institution, branch === undefined ? row.institution_code : localName(language, branch)],
    [text.contract, row.contract_id],
    [text.product, row.product_code],
  ];
  return (
    <section className={styles["detail"]} aria-label={text.detail}>
      <h3>
        {row.note_id} · {text.components[row.component] ?? row.component} <Finding row={row} />
      </h3>
      {!declaring && (
        <p className={styles["quiet"]}>
          {row.verdict === "declared" ? text.declaredWords(row.reason) : row.held ? text.heldWords : text.notHeldWords}
        </p>
      )}
      {declaring ? (
        <DeclareForm row={row} onDone={() => setDeclaring(false)} />
      ) : (
        <>
          <dl className={styles["detailFacts"]}>
            {facts.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          <div className={styles["actions"]}>
            {linkTo(row.party_id, row.note_id, text.openBorrower)}
            {mayDecide && row.closed_on === null && row.verdict === "different" && (
              <Button size="small" onClick={() => setDeclaring(true)}>{text.declare}</Button>
            )}
          </div>
        </>
      )}
    </section>
  );
}
