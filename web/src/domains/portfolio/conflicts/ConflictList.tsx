import styles from "./conflicts.module.css";
import type { Conflict } from "./conflictsQuery";
import { ListTable, type ListProps } from "./ListTable";
import { useConflictsText } from "./text";
import { formatCount } from "@/shared/format/figures";

/** Contradicting sources, the oldest first. */
export function ConflictList(props: ListProps<Conflict>) {
  const text = useConflictsText();
  return (
    <ListTable {...props} heads={[text.customers, text.field, text.values, text.since]}>
      {(one) => ({
        name: (
          <>
            {one.customer.name} <span className={styles["quiet"]}>{one.customer.party_id}</span>
          </>
        ),
        cells: [
          text.fields[one.field],
          text.sourceCount(
            formatCount(one.values.length),
            formatCount(one.values.reduce((sum, value) => sum + value.sources.length, 0)),
          ),
          one.first_seen_on,
        ],
      })}
    </ListTable>
  );
}
