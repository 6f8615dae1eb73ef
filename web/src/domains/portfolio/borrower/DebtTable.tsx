import styles from "./BorrowerPage.module.css";
import { useOverallText } from "./overallText";
import { BucketMark, PartyLink, Quiet, StaleMark, Table, useAmount, useUnit } from "./parts";
import type { Debt, Exposure } from "./shapes";
import { useBorrowerText } from "./text";

const COMPONENTS = ["principal", "interest", "penalty", "compound", "delay", "costs", "owed"] as const;
const ALWAYS = new Set<string>(["principal", "interest", "owed"]);

/** Every note that the party owes, by component, with the floor of the note and the one with contagion. */
export function DebtTable({ exposure }: { exposure: Exposure }) {
  const text = useOverallText();
  const words = useBorrowerText();
  const amount = useAmount();
  const unit = useUnit();
  const shown = COMPONENTS.filter((part) => ALWAYS.has(part) || exposure.owed[`${part}_minor`] > 0);
  const roles = exposure.notes.some((debt) => debt.role !== "borrower");
  const head = [
    { name: words.note }, ...(roles ? [{ name: text.role }] : []), { name: words.bucket }, { name: text.days, figure: true },
    ...shown.map((part) => ({ name: text[part], figure: true })), { name: text.classes },
  ];
  return (
    <section>
      <h2>{text.debts} <span className={styles["sub"]}>{unit}</span></h2>
      {exposure.notes.length === 0 ? (
        <Quiet>{text.debtsNone}</Quiet>
      ) : (
        <Table caption={text.debts} head={head}>
          {exposure.notes.map((debt) => (
            <tr key={debt.note_id}>
              <th scope="row">
                {debt.note_id} <StaleMark since={debt.stale_since} />
              </th>
              {roles && (
                <td>
                  {text.roles[debt.role]}
                  {debt.role !== "borrower" && <div><PartyLink party={debt.borrower} here={exposure.party_id} /></div>}
                </td>
              )}
              <td><BucketMark bucket={debt.bucket} /></td>
              <td className={styles["figure"]}>{debt.dpd}</td>
              {shown.map((part) => (
                <td key={part} className={styles["figure"]}>{amount(debt[`${part}_minor`])}</td>
              ))}
              <ClassFloor debt={debt} />
            </tr>
          ))}
          <tr className={styles["sum"]}>
            <th scope="row" colSpan={roles ? 4 : 3}>{text.total}</th>
            {shown.map((part) => (
              <td key={part} className={styles["figure"]}>{amount(exposure.owed[`${part}_minor`])}</td>
            ))}
            <td />
          </tr>
        </Table>
      )}
      {exposure.notes_left_out > 0 && <Quiet>{text.leftOut(exposure.notes_left_out)}</Quiet>}
    </section>
  );
}

/** The note's own floor, and under it the one with contagion where that is worse. */
function ClassFloor({ debt }: { debt: Debt }) {
  const text = useOverallText();
  const words = useBorrowerText();
  const spread = words.classes[debt.class_floor_borrower] ?? debt.class_floor_borrower;
  return (
    <td>
      {words.classes[debt.class_floor]}
      {debt.contagion !== null && <div className={styles["bad"]}>{text.withContagion(spread)}</div>}
    </td>
  );
}
