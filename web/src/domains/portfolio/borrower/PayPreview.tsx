import styles from "./BorrowerPage.module.css";
import { useOverallText } from "./overallText";
import { Quiet, Table, useAmount, useUnit } from "./parts";
import type { AllocationPreview } from "./shapes";
import { useBorrowerText } from "./text";
import { formatRate } from "@/shared/format/figures";
import { useLanguage } from "@/shared/i18n/text";

type Paid = AllocationPreview["notes"][number];

const PARTS = ["costs", "penalty", "compound", "interest", "principal", "delay", "credit"] as const;

/** Where the payment would go, note by note in the order of payment, and the order of the law. */
export function PayPreview({ preview }: { preview: AllocationPreview }) {
  const text = useOverallText();
  const words = useBorrowerText();
  const amount = useAmount();
  const unit = useUnit();
  const shown = PARTS.filter((part) => preview.notes.some((row) => (row.parts?.[`${part}_minor`] ?? 0) > 0));
  const figure = (name: string) => ({ name, figure: true });
  const head = [
    figure(text.order), { name: words.note }, { name: text.why }, figure(text.owedBefore), figure(text.gets),
    ...shown.map((part) => figure(text[part === "interest" ? "interestPaid" : part])), figure(text.days),
  ];
  return (
    <div role="status">
      <p className={styles["sub"]}>{`${text.payAsOf(preview.as_of)} · ${unit}`}</p>
      {preview.notes.length === 0 ? (
        <Quiet>{text.nothing}</Quiet>
      ) : (
        <Table caption={text.pay} head={head}>
          {preview.notes.map((row, place) => (
            <tr key={row.note_id} className={row.amount_minor === 0 ? styles["faint"] : undefined}>
              <td className={styles["figure"]}>{place + 1}</td>
              <th scope="row">{row.note_id}</th>
              <td className={styles["why"]}><Why row={row} /></td>
              <td className={styles["figure"]}><Portions row={row} name="owed_minor" /></td>
              <td className={styles["figure"]}><Portions row={row} name="amount_minor" /></td>
              {shown.map((part) => (
                <td key={part} className={styles["figure"]}>
                  {row.parts === null ? "–" : amount(row.parts[`${part}_minor`])}
                </td>
              ))}
              <td className={styles["figure"]}>{text.daysTo(row.dpd, row.dpd_after)}</td>
            </tr>
          ))}
        </Table>
      )}
      {preview.rest_minor > 0 && <p className={styles["warn"]}>{text.rest(amount(preview.rest_minor))}</p>}
      {preview.notes_elsewhere > 0 && <p className={styles["warn"]}>{text.previewElsewhere(preview.notes_elsewhere)}</p>}
      <LegalOrder preview={preview} />
    </div>
  );
}

/** Why the note has its place, on what is due and on what is to come, and the facts that decided. */
function Why({ row }: { row: Paid }) {
  const text = useOverallText();
  const facts = [text.secured(formatRate(row.secured_ppm, 0)), text.rate(formatRate(row.penalty_rate_ppm))];
  if (row.due_since_on !== null) facts.push(text.since(row.due_since_on));
  return (
    <>
      {row.portions.map((portion) => (
        <div key={String(portion.due)}>{`${text.part(portion.due)}: ${text.whys[portion.because] ?? portion.because}`}</div>
      ))}
      <span className={styles["sub"]}>{facts.join(" · ")}</span>
    </>
  );
}

function Portions({ row, name }: { row: Paid; name: "owed_minor" | "amount_minor" }) {
  const amount = useAmount();
  return row.portions.map((portion) => <div key={String(portion.due)}>{amount(portion[name])}</div>);
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
              {`${text.reading} (${text.certainties[step.certainty] ?? step.certainty}): ${zh ? step.reading_zh : step.reading}`}
            </div>
          </li>
        ))}
      </ol>
    </details>
  );
}
