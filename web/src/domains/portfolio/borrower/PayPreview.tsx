import styles from "./BorrowerPage.module.css";
import { useOverallText } from "./overallText";
import { Quiet, Table, useAmount, useUnit } from "./parts";
import type { AllocationPreview } from "./shapes";
import { useBorrowerText } from "./text";
import { formatRate } from "@/shared/format/figures";
import { useLanguage } from "@/shared/i18n/text";

type Paid = AllocationPreview["notes"][number];

const PARTS = ["costs", "penalty", "compound", "interest", "principal", "delay", "credit"] as const;

/** Where the payment would go: whose turn it is, where it goes inside each note, and the order of the law. */
export function PayPreview({ preview }: { preview: AllocationPreview }) {
  const text = useOverallText();
  const amount = useAmount();
  const unit = useUnit();
  return (
    <div role="status" className={styles["preview"]}>
      <p className={styles["sub"]}>{`${text.payAsOf(preview.as_of)} · ${unit}`}</p>
      {preview.notes.length === 0 ? <Quiet>{text.nothing}</Quiet> : <Order preview={preview} />}
      {preview.notes.some((row) => row.parts !== null) && <Inside preview={preview} />}
      {preview.rest_minor > 0 && <p className={styles["warn"]}>{text.rest(amount(preview.rest_minor))}</p>}
      {preview.notes_elsewhere > 0 && <p className={styles["warn"]}>{text.previewElsewhere(preview.notes_elsewhere)}</p>}
      <LegalOrder preview={preview} />
    </div>
  );
}

/** The debts in the order of payment: what is due of a note, and what of it is still to come, stand apart. */
function Order({ preview }: { preview: AllocationPreview }) {
  const text = useOverallText();
  const words = useBorrowerText();
  const amount = useAmount();
  const rows = preview.notes
    .flatMap((note) => note.portions.map((portion) => ({ note, portion })))
    .sort((one, other) => one.portion.place - other.portion.place);
  const head = [
    { name: text.order, figure: true }, { name: words.note }, { name: text.partName }, { name: text.why },
    { name: text.facts }, { name: text.owedBefore, figure: true }, { name: text.gets, figure: true },
  ];
  return (
    <Table caption={text.orderTable} head={head}>
      {rows.map(({ note, portion }) => (
        <tr key={`${note.note_id} ${portion.due}`} className={portion.amount_minor === 0 ? styles["faint"] : undefined}>
          <td className={styles["figure"]}>{portion.place}</td>
          <th scope="row">{note.note_id}</th>
          <td>{text.part(portion.due)}</td>
          <td>{text.whys[portion.because] ?? portion.because}</td>
          <td className={styles["sub"]}><Facts note={note} due={portion.due} /></td>
          <td className={styles["figure"]}>{amount(portion.owed_minor)}</td>
          <td className={styles["figure"]}>{amount(portion.amount_minor)}</td>
        </tr>
      ))}
    </Table>
  );
}

/** What decided the place: share that is secured, rate in force, due date. */
function Facts({ note, due }: { note: Paid; due: boolean }) {
  const text = useOverallText();
  const rate = formatRate(due ? note.penalty_rate_ppm : note.annual_rate_ppm);
  const on = due ? note.due_since_on : note.next_due_on;
  const facts = [text.secured(formatRate(note.secured_ppm, 0)), due ? text.penaltyRate(rate) : text.contractRate(rate)];
  if (on !== null) facts.push(due ? text.since(on) : text.next(on));
  return facts.join(" · ");
}

/** Where the money goes inside each note, and what it does to its days past due. */
function Inside({ preview }: { preview: AllocationPreview }) {
  const text = useOverallText();
  const words = useBorrowerText();
  const amount = useAmount();
  const paid = preview.notes.filter((row) => row.parts !== null);
  const shown = PARTS.filter((part) => paid.some((row) => (row.parts?.[`${part}_minor`] ?? 0) > 0));
  const figure = (name: string) => ({ name, figure: true });
  const head = [
    { name: words.note }, figure(text.gets), ...shown.map((part) => figure(text[part])), figure(text.dueAfter),
    figure(words.dpd),
  ];
  return (
    <Table caption={text.insideTable} head={head}>
      {paid.map((row) => (
        <tr key={row.note_id}>
          <th scope="row">{row.note_id}</th>
          <td className={styles["figure"]}>{amount(row.amount_minor)}</td>
          {shown.map((part) => (
            <td key={part} className={styles["figure"]}>{amount(row.parts?.[`${part}_minor`])}</td>
          ))}
          <td className={styles["figure"]}>{amount(row.due_after_minor)}</td>
          <td className={styles["figure"]}>{text.daysTo(row.dpd, row.dpd_after)}</td>
        </tr>
      ))}
    </Table>
  );
}

function LegalOrder({ preview }: { preview: AllocationPreview }) {
  const text = useOverallText();
  const zh = useLanguage().language === "zh";
  return (
    <details className={styles["legal"]}>
      <summary>{text.legal(preview.source, preview.article)}</summary>
      <ol>
        {preview.steps.map((step) => (
          <li key={step.id}>
            <strong>{zh ? step.statement_zh : step.statement}</strong>
            <div className={styles["sub"]}>
              {text.reading(text.certainties[step.certainty] ?? step.certainty, zh ? step.reading_zh : step.reading)}
            </div>
          </li>
        ))}
      </ol>
    </details>
  );
}
