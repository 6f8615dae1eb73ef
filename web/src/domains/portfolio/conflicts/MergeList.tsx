import styles from "./conflicts.module.css";
import type { Merge } from "./conflictsQuery";
import { ListTable, type ListProps } from "./ListTable";
import { useMergeText } from "./mergeText";

/** Pairs of keys that may be one person, the oldest first. */
export function MergeList(props: ListProps<Merge>) {
  const text = useMergeText();
  return (
    <ListTable {...props} heads={[text.pair, text.basis, text.since]}>
      {(one) => ({
        name: one.sides.map((side, place) => (
          <span key={side.party_id}>
            {place > 0 && " · "}
            {side.name} <span className={styles["quiet"]}>{side.party_id}</span>
          </span>
        )),
        cells: [
          <>
            {one.evidence.map((evidence) => text.evidence[evidence].name).join(" + ")}{" "}
            <span className={styles["quiet"]}>{one.strong ? text.strong : text.weak}</span>
          </>,
          one.first_seen_on,
        ],
      })}
    </ListTable>
  );
}
