import styles from "./NightsPage.module.css";
import { useNightsText } from "./text";
import type { Night } from "@/shared/api/shapes";
import { formatCount, formatDuration } from "@/shared/format/figures";
import { useLanguage } from "@/shared/i18n/text";
import { Definition } from "@/shared/ui/Definition";
import { Hash } from "@/shared/ui/Hash";
import { Panel } from "@/shared/ui/Panel";
import { StateMark, type WorkState } from "@/shared/ui/StateMark";

type Stage = Night["stages"][number];

const MARKS: Record<string, WorkState> = { done: "done", running: "running", failed: "failed" };

/** The stages in their order, with their share of the time and the hash of what they wrote. */
export function StagesPanel({ stages }: { stages: Stage[] }) {
  const text = useNightsText();
  const longest = Math.max(0.001, ...stages.map((stage) => stage.seconds ?? 0));
  return (
    <Panel
      title={text.stages}
      definition={<Definition name={text.contentHash}>{text.contentHashDefinition}</Definition>}
    >
      <div className={styles["scroll"]}>
        <table className={styles["table"]}>
          <caption className="visually-hidden">{text.stages}</caption>
          <thead>
            <tr>
              <th scope="col">{text.stage}</th>
              <th scope="col">{text.state}</th>
              <th scope="col" colSpan={2}>{text.duration}</th>
              <th scope="col" className={styles["figure"]}>{text.rowsIn}</th>
              <th scope="col" className={styles["figure"]}>{text.rowsOut}</th>
              <th scope="col">{text.contentHash}</th>
            </tr>
          </thead>
          <tbody>
            {stages.map((stage) => (
              <StageRow key={stage.name} stage={stage} longest={longest} />
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function StageRow({ stage, longest }: { stage: Stage; longest: number }) {
  const text = useNightsText();
  const { language } = useLanguage();
  const share = ((stage.seconds ?? 0) / longest) * 100;
  const name = text.stageNames[stage.name] ?? stage.name;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        <StateMark state={MARKS[stage.state] ?? "waiting"}>{text.states[stage.state] ?? stage.state}</StateMark>
      </td>
      <td className={styles["figure"]} style={{ width: 80 }}>{formatDuration(stage.seconds, language)}</td>
      <td style={{ width: "24%" }}>
        <span className={styles["track"]} aria-hidden>
          {share > 0 && (
            <span
              className={`${styles["bar"]} ${stage.state === "failed" ? styles["failed"] : ""}`}
              style={{ width: `${share}%` }}
            />
          )}
        </span>
      </td>
      <td className={styles["figure"]}>{stage.rows_in === null ? "–" : formatCount(stage.rows_in)}</td>
      <td className={styles["figure"]}>{stage.rows_out === null ? "–" : formatCount(stage.rows_out)}</td>
      <td>
        {stage.content_hash === null || stage.content_hash === "" ? (
          "–"
        ) : (
          <Hash value={stage.content_hash} name={`${text.contentHash} ${name}`} />
        )}
      </td>
    </tr>
  );
}
