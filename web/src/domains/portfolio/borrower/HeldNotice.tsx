import styles from "./BorrowerPage.module.css";
import { useHeld } from "./borrowerQuery";
import { useAmount } from "./parts";
import type { Borrower, Note } from "./shapes";
import { useBorrowerText } from "./text";
import { useHeldText } from "./heldText";
import { ErrorState, NoticeStrip } from "@/shared/ui/states";
import type { Answer } from "@/shared/api/shapes";

type Held = Answer<"/api/parties/{party_id}/held">[number];

/** Says above the figures of a note which of them are in question, and that nothing is demanded by them. */
export function HeldNotice({ borrower, note }: { borrower: Borrower; note: Note }) {
  const text = useHeldText();
  const { data, isError, error, refetch } = useHeld(borrower.party_id, borrower.as_of);
  if (isError && data === undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
  const held = (data ?? []).filter((row) => row.note_id === note.note_id);
  if (held.length === 0) return null;
  return (
    <div className={styles["held"]}>
      <NoticeStrip tone="bad">
        <strong>{text.title}</strong> {text.words}
        <ul className={styles["heldList"]}>
          {held.map((row) => (
            <HeldRow key={row.component} row={row} />
          ))}
        </ul>
      </NoticeStrip>
    </div>
  );
}

function HeldRow({ row }: { row: Held }) {
  const text = useHeldText();
  const { classes, dayCount } = useBorrowerText();
  const amount = useAmount();
  const shown = (value: number | string) => {
    if (typeof value === "string") return classes[value] ?? value;
    return row.unit === "days" ? dayCount(value) : amount(value);
  };
  return (
    <li>{text.figure(text.components[row.component] ?? row.component, shown(row.core), shown(row.ours), row.since)}</li>
  );
}
