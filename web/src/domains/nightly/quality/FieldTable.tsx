import styles from "./quality.module.css";
import type { FieldQuality } from "./qualityQuery";
import { Sparkline } from "./Sparkline";
import { useQualityText } from "./text";
import { formatCount, formatRate } from "@/shared/format/figures";
import { Definition } from "@/shared/ui/Definition";
import { useRowInView } from "@/shared/ui/rowInView";

interface FieldTableProps {
  fields: FieldQuality[];
  chosen: string | undefined;
  onChoose: (field: string) => void;
}

/** The fields of a feed in the order of its contract. */
export function FieldTable({ fields, chosen, onChoose }: FieldTableProps) {
  const text = useQualityText();
  return (
    <section className={styles["panel"]} aria-label={text.fields} tabIndex={0}>
      <table className={styles["table"]}>
        <caption className="visually-hidden">{text.fields}</caption>
        <thead>
          <tr>
            <th scope="col">{text.field}</th>
            <th scope="col">{text.type}</th>
            <th scope="col" className={styles["figure"]}>{text.filled}</th>
            <th scope="col" className={styles["figure"]}>{text.completeness}</th>
            <th scope="col">{text.completenessTrend}</th>
            <th scope="col" className={styles["figure"]}>{text.invalid}</th>
            <th scope="col" className={styles["figure"]}>{text.validity}</th>
            <th scope="col" className={styles["figure"]}>
              {text.distinct}
              <Definition name={text.distinct}>{text.distinctDefinition}</Definition>
            </th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <FieldRow key={field.field} field={field} current={field.field === chosen} onChoose={onChoose} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface RowProps {
  field: FieldQuality;
  current: boolean;
  onChoose: (field: string) => void;
}

function FieldRow({ field, current, onChoose }: RowProps) {
  const text = useQualityText();
  const line = useRowInView(current);
  const marks = [
    field.key ? text.key : field.required ? text.required : "",
    field.personal ? text.personal : "",
  ].filter((mark) => mark !== "");
  const shares = field.series.map((day) => day.completeness_ppm);
  const label = text.trend(
    text.completeness,
    formatRate(shares[0] ?? null),
    formatRate(field.completeness_ppm),
    formatCount(shares.length),
  );
  return (
    <tr ref={line} className={current ? styles["current"] : undefined} aria-current={current ? "true" : undefined}>
      <th scope="row" title={field.description}>
        <button type="button" className={styles["open"]} onClick={() => onChoose(field.field)}>
          {field.field}
        </button>
        {marks.length > 0 && <span className={styles["code"]}>{marks.join(" · ")}</span>}
      </th>
      <td>{text.types[field.type] ?? field.type}</td>
      <td className={styles["figure"]}>{formatCount(field.filled)}</td>
      <td className={styles["figure"]}>{formatRate(field.completeness_ppm)}</td>
      <td><Sparkline values={shares} label={label} width={44} /></td>
      <td className={`${styles["figure"]} ${field.invalid > 0 ? styles["bad"] : ""}`}>{formatCount(field.invalid)}</td>
      <td className={styles["figure"]}>{formatRate(field.validity_ppm)}</td>
      <td className={styles["figure"]}>
        {formatCount(field.distinct)} / {formatCount(field.sampled)}
      </td>
    </tr>
  );
}
