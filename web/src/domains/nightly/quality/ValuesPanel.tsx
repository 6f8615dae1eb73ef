import { binName } from "./bins";
import styles from "./quality.module.css";
import type { FieldQuality } from "./qualityQuery";
import { useQualityText } from "./text";
import { useCurrency } from "@/shared/api/session";
import { formatCount, formatRate, sharePpm } from "@/shared/format/figures";
import { Definition } from "@/shared/ui/Definition";
import { Panel } from "@/shared/ui/Panel";

/** Parts per million in a percent: the width of a bar. */
const PPM_A_PERCENT = 10_000;

/** How the values of a field are distributed, beside how they were. */
export function ValuesPanel({ field }: { field: FieldQuality | undefined }) {
  const text = useQualityText();
  if (field === undefined) return <Panel title={text.bin}>{text.chooseField}</Panel>;
  const dated = field.type === "date" || field.type === "instant";
  return (
    <Panel
      title={text.valuesOf(field.field)}
      note={dated && field.bins !== null ? text.daysNote : undefined}
      definition={<Definition name={text.usual}>{text.usualDefinition}</Definition>}
    >
      {field.bins === null ? (
        <p className={styles["quiet"]}>{text.noBins}</p>
      ) : (
        <BinTable bins={field.bins} type={field.type} />
      )}
    </Panel>
  );
}

function BinTable({ bins, type }: { bins: NonNullable<FieldQuality["bins"]>; type: string }) {
  const text = useQualityText();
  const currency = useCurrency();
  const all = bins.reduce((sum, bin) => sum + bin.count, 0);
  return (
    <table className={styles["table"]}>
      <caption className="visually-hidden">{text.bin}</caption>
      <thead>
        <tr>
          <th scope="col">{text.bin}</th>
          <th scope="col" className={styles["figure"]}>{text.rows}</th>
          <th scope="col" className={styles["figure"]}>{text.today}</th>
          <th scope="col" className={styles["figure"]}>{text.usual}</th>
          <th scope="col">{text.share}</th>
        </tr>
      </thead>
      <tbody>
        {bins.map((bin) => {
          const now = sharePpm(bin.count, all);
          const usual = bin.usual_ppm;
          return (
            <tr key={bin.label}>
              <th scope="row">{binName(bin.label, type, currency, text.days)}</th>
              <td className={styles["figure"]}>{formatCount(bin.count)}</td>
              <td className={styles["figure"]}>{formatRate(now, 1)}</td>
              <td className={styles["figure"]}>{formatRate(usual, 1)}</td>
              <td>
                <span className={styles["bars"]} aria-hidden>
                  <span className={styles["bar"]} style={{ width: `${(now ?? 0) / PPM_A_PERCENT}%` }} />
                  <span className={`${styles["bar"]} ${styles["usual"]}`} style={{ width: `${(usual ?? 0) / PPM_A_PERCENT}%` }} />
                </span>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
