import styles from "./reconciliation.module.css";
import type { Day } from "./reconciliationQuery";
import { useReconciliationText } from "./text";
import { formatCount } from "@/shared/format/figures";

interface AgeProps {
  day: Day;
  age: number | undefined;
  onAge: (age: number | undefined) => void;
}

/** How old is what stands open? Each step is a filter: this old and older. */
export function AgeSteps({ day, age, onAge }: AgeProps) {
  const text = useReconciliationText();
  const most = Math.max(1, ...day.ages.map((step) => step.different + step.declared));
  return (
    <section className={styles["box"]} aria-label={text.ages}>
      <h2 className={styles["boxHead"]}>{text.ages}</h2>
      <ul className={styles["ages"]}>
        {day.ages.map((step) => {
          const chosen = (age ?? 0) === step.from_days && age !== undefined;
          const whole = step.different + step.declared;
          return (
            <li key={step.from_days}>
              <button
                type="button"
                className={chosen ? `${styles["age"]} ${styles["chosen"]}` : styles["age"]}
                aria-pressed={chosen}
                onClick={() => onAge(chosen || step.from_days === 0 ? undefined : step.from_days)}
              >
                <span>{text.age(step.from_days, step.to_days)}</span>
                <span className={styles["track"]} aria-hidden>
                  <span className={styles["bar"]} style={{ width: `${(step.different / most) * 100}%` }} />
                  <span className={styles["barQuiet"]} style={{ width: `${(step.declared / most) * 100}%` }} />
                </span>
                <span className={styles["number"]}>
                  {text.ageShort(formatCount(whole), formatCount(step.declared))}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
