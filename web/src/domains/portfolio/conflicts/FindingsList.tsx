import { Button } from "antd";
import { useEffect, useRef } from "react";

import styles from "./conflicts.module.css";
import type { Finding } from "./conflictsQuery";
import { useConflictsText } from "./text";
import { formatCount } from "@/shared/format/figures";

interface FindingsListProps {
  items: Finding[];
  chosen: number | undefined;
  onChoose: (id: number) => void;
  onMore: (() => void) | undefined;
  loadingMore: boolean;
}

/** Findings, the oldest first; the chosen one stands beside. */
export function FindingsList({ items, chosen, onChoose, onMore, loadingMore }: FindingsListProps) {
  const text = useConflictsText();
  return (
    <>
      <table className={styles["table"]}>
        <caption className="visually-hidden">{text.list}</caption>
        <thead>
          <tr>
            <th scope="col">{text.finding}</th>
            <th scope="col">{text.customers}</th>
            <th scope="col">{text.value}</th>
            <th scope="col">{text.since}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((one) => (
            <FindingRow key={one.id} finding={one} chosen={one.id === chosen} onChoose={onChoose} />
          ))}
        </tbody>
      </table>
      {onMore !== undefined && (
        <div className={styles["more"]}>
          <Button type="link" onClick={onMore} loading={loadingMore}>
            {text.more}
          </Button>
        </div>
      )}
    </>
  );
}

interface FindingRowProps {
  finding: Finding;
  chosen: boolean;
  onChoose: (id: number) => void;
}

function FindingRow({ finding, chosen, onChoose }: FindingRowProps) {
  const text = useConflictsText();
  const row = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (chosen) row.current?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return (
    <tr ref={row} className={chosen ? styles["chosen"] : undefined} onClick={() => onChoose(finding.id)}>
      <th scope="row">
        <button
          type="button"
          className={styles["open"]}
          aria-current={chosen ? "true" : undefined}
          onClick={(event) => {
            event.stopPropagation();
            onChoose(finding.id);
          }}
        >
          {text.findings[finding.code].name}
        </button>
      </th>
      <td>{finding.customers > 1 ? text.count(formatCount(finding.customers)) : finding.shown[0]?.name}</td>
      <td>{finding.value === "" ? <span className={styles["quiet"]}>{text.valueGone}</span> : finding.value}</td>
      <td>{finding.first_seen_on}</td>
    </tr>
  );
}
