import styles from "./conflicts.module.css";
import { useConflictsText } from "./text";

interface KindFilterProps<Kind extends string> {
  kinds: { kind: Kind; label: string }[];
  chosen: Kind | undefined;
  onChoose: (kind: Kind | undefined) => void;
}

/** One kind, or all of them. */
export function KindFilter<Kind extends string>({ kinds, chosen, onChoose }: KindFilterProps<Kind>) {
  const text = useConflictsText();
  return (
    <div className={styles["kinds"]} role="group" aria-label={text.kinds}>
      <button
        type="button"
        className={styles["kind"]}
        aria-pressed={chosen === undefined}
        onClick={() => onChoose(undefined)}
      >
        {text.all}
      </button>
      {kinds.map((one) => (
        <button
          key={one.kind}
          type="button"
          className={styles["kind"]}
          aria-pressed={one.kind === chosen}
          onClick={() => onChoose(one.kind)}
        >
          {one.label}
        </button>
      ))}
    </div>
  );
}
