import { useEnginesText } from "./enginesText";
import styles from "./NightsPage.module.css";
import { useReasonText } from "./reasonText";
import type { NightDetail } from "@/shared/api/shapes";
import { formatCount } from "@/shared/format/figures";
import { Definition } from "@/shared/ui/Definition";
import { Panel } from "@/shared/ui/Panel";

type Engines = NonNullable<NightDetail["engines"]>;

/** How many notes were carried on from yesterday, replayed by the exact engine and why, or left as they were. */
export function EnginesPanel({ engines }: { engines: Engines }) {
  const text = useEnginesText();
  const words = useReasonText();
  const rows = [
    { key: "folded", how: text.folded, why: text.foldedWhy, notes: engines.folded },
    ...engines.replayed.map((one) => ({
      key: `replayed-${one.reason}`, how: text.replayed, why: text.reasons[one.reason] ?? one.reason, notes: one.notes,
    })),
    ...engines.held.map((one) => ({
      key: `held-${one.reason}`, how: text.held, why: words[one.reason] ?? one.reason, notes: one.notes,
    })),
  ];
  return (
    <Panel title={text.title} definition={<Definition name={text.title}>{text.definition}</Definition>}>
      <div className={styles["scroll"]}>
        <table className={styles["table"]}>
          <caption className="visually-hidden">{text.title}</caption>
          <thead>
            <tr>
              <th scope="col">{text.how}</th>
              <th scope="col">{text.why}</th>
              <th scope="col" className={styles["figure"]}>{text.notes}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.key}>
                <th scope="row">{row.how}</th>
                <td>{row.why}</td>
                <td className={`${styles["figure"]} ${row.key.startsWith("held") ? styles["rejected"] : ""}`}>
                  {formatCount(row.notes)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
