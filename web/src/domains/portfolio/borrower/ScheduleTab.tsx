import styles from "./BorrowerPage.module.css";
import { useLifeText } from "./lifeText";
import { Quiet, Table, useAmount, useUnit } from "./parts";
import type { Allocation, Note } from "./shapes";
import { useBorrowerText } from "./text";

/** The instalments with what is unpaid of each, and where every repayment went. */
export function ScheduleTab({ note }: { note: Note }) {
  const text = useBorrowerText();
  const unit = useUnit();
  return (
    <>
      <section>
        <h2>
          {text.instalments} <span className={styles["sub"]}>{`${note.note_id} · ${unit}`}</span>
        </h2>
        <InstalmentTable rows={note.instalments} />
      </section>
      <section>
        <h2>
          {text.repayments} <span className={styles["sub"]}>{`${note.note_id} · ${unit}`}</span>
        </h2>
        {note.allocations.length === 0 ? (
          <Quiet>{text.repaymentsNoneWhy}</Quiet>
        ) : (
          <AllocationTable rows={[...note.allocations].reverse()} />
        )}
      </section>
    </>
  );
}

/** Every instalment and how it stands. */
export function InstalmentTable({ rows }: { rows: Note["instalments"] }) {
  const text = useBorrowerText();
  const life = useLifeText();
  const amount = useAmount();
  const figure = (name: string) => ({ name, figure: true });
  const head = [
    figure(text.seq), { name: text.due }, figure(text.capital), figure(text.interest), figure(text.costs),
    figure(text.unpaid), { name: text.standing }, figure(text.late), { name: text.cleared },
  ];
  return (
    <>
      <Table caption={text.instalments} head={head}>
        {rows.map((row) => {
          const unpaid = row.unpaid_principal_minor + row.unpaid_interest_minor + row.unpaid_costs_minor;
          const open = row.standing === "open" || row.standing === "part_paid";
          return (
            <tr key={`${row.seq} ${row.due_on}`}>
              <th scope="row" className={styles["figure"]}>{row.seq === 0 ? "–" : row.seq}</th>
              <td>{row.due_on}</td>
              <td className={styles["figure"]}>{amount(row.principal_minor)}</td>
              <td className={styles["figure"]}>{amount(row.interest_minor)}</td>
              <td className={styles["figure"]}>{amount(row.costs_minor)}</td>
              <td className={styles["figure"]}>{row.standing === "not_due" ? "–" : amount(unpaid)}</td>
              <td className={row.days_past_due > 0 ? styles["bad"] : undefined}>
                {text.standings[row.standing] ?? row.standing}
              </td>
              <td className={styles["figure"]}>{open && row.days_past_due > 0 ? text.dayCount(row.days_past_due) : "–"}</td>
              <td>{row.cleared_on ?? "–"}</td>
            </tr>
          );
        })}
      </Table>
      {rows.some((row) => row.seq === 0) && <Quiet>{life.rowZeroWhy}</Quiet>}
    </>
  );
}

type Words = Record<string, string | undefined>;

const PARTS = ["costs", "penalty", "compound", "interest", "principal", "delay", "credit"] as const;
const ALWAYS = new Set<string>(["interest", "principal"]);

/** Where every repayment went, by component and instalment; a component that no money went to has no column. */
export function AllocationTable({ rows }: { rows: Allocation[] }) {
  const text = useBorrowerText();
  const life: { allocationKinds: Words; payers: Words; delay: string } = useLifeText();
  const amount = useAmount();
  const figure = (name: string) => ({ name, figure: true });
  const names = {
    costs: text.costs, penalty: text.penalty, compound: text.compound, interest: text.interest, principal: text.capital,
    delay: life.delay, credit: text.credit,
  };
  const shown = PARTS.filter((part) => ALWAYS.has(part) || rows.some((row) => row[`${part}_minor`] !== 0));
  const head = [
    { name: text.paidOn }, figure(text.amount), ...shown.map((part) => figure(names[part])), { name: text.shares },
    { name: text.reference },
  ];
  return (
    <Table caption={text.repayments} head={head}>
      {rows.map((row, place) => (
        <tr key={`${row.applied_on} ${row.core_ref ?? place}`}>
          <th scope="row">{row.applied_on}</th>
          <td className={styles["figure"]}>{amount(row.amount_minor)}</td>
          {shown.map((part) => (
            <td key={part} className={styles["figure"]}>{amount(row[`${part}_minor`])}</td>
          ))}
          <td className={styles["wrap"]}><Shares shares={row.shares} /></td>
          <td>{[row.core_ref ?? text.fromCredit, life.allocationKinds[row.kind], life.payers[row.payer]].filter(Boolean).join(" · ")}</td>
        </tr>
      ))}
    </Table>
  );
}

/** What was paid of each instalment; below 0 where money was taken back. */
function Shares({ shares }: { shares: Allocation["shares"] }) {
  const text = useBorrowerText();
  const life = useLifeText();
  const amount = useAmount();
  return shares.map((share) => {
    const parts = [
      share.costs_minor !== 0 ? `${text.costs} ${amount(share.costs_minor)}` : "",
      share.interest_minor !== 0 ? `${text.interest} ${amount(share.interest_minor)}` : "",
      share.principal_minor !== 0 ? `${text.capital} ${amount(share.principal_minor)}` : "",
      share.ahead ? life.ahead : "",
    ];
    const words = parts.filter((part) => part !== "").join(" + ");
    return (
      <div key={`${share.seq} ${share.due_on}`} style={{ whiteSpace: "nowrap" }}>
        {share.seq === 0 ? `${life.rowZero(share.due_on)} ${words}` : text.share(share.seq, words)}
      </div>
    );
  });
}
