import { Button, Input } from "antd";
import { useState, type ReactNode } from "react";

import styles from "./conflicts.module.css";
import { useExplain, type Finding } from "./conflictsQuery";
import { useConflictsText } from "./text";
import { useMay, useUser } from "@/shared/api/session";
import { formatInstant } from "@/shared/format/dates";
import { formatCount } from "@/shared/format/figures";

const REASON_LENGTH_MAX = 300;

export type PartyLink = (partyId: string, children: ReactNode) => ReactNode;

/** One finding: what is odd, where it came from, whom it touches, and the explanation of a person. */
export function FindingDetail({ finding, linkTo }: { finding: Finding; linkTo: PartyLink }) {
  const text = useConflictsText();
  const words = text.findings[finding.code];
  const { bank } = useUser();
  const mayDecide = useMay("conflict.decide");
  const more = finding.customers - finding.shown.length;
  return (
    <section className={styles["detail"]} aria-label={words.name}>
      <div>
        <h2>{words.name}</h2>
        <p className={styles["quiet"]}>{words.what}</p>
      </div>
      <dl className={styles["facts"]}>
        <dt>{text.value}</dt>
        <dd>{finding.value === "" ? text.valueGone : finding.value}</dd>
        <dt>{text.customers}</dt>
        <dd className={styles["customers"]}>
          {finding.shown.map((one) => (
            <span key={one.party_id}>
              {linkTo(one.party_id, one.name)} <span className={styles["quiet"]}>{one.party_id}</span>
            </span>
          ))}
          {more > 0 && <span className={styles["quiet"]}>{text.others(formatCount(more))}</span>}
        </dd>
        <dt>{text.source}</dt>
        <dd>
          {finding.source_line === null
            ? text.sourceContacts
            : text.line(finding.source_file, formatCount(finding.source_line))}
        </dd>
        <dt>{text.since}</dt>
        <dd>{finding.first_seen_on}</dd>
        {finding.closed_on !== null && (
          <>
            <dt>{text.ended}</dt>
            <dd>{finding.closed_on}</dd>
          </>
        )}
        {finding.explained_at !== null && (
          <>
            <dt>{text.states.explained}</dt>
            <dd>
              {finding.reason}
              <div className={styles["quiet"]}>
                {text.explained(finding.explained_by, formatInstant(finding.explained_at, bank.time_zone))}
              </div>
            </dd>
          </>
        )}
        <dt>{text.todo}</dt>
        <dd>{words.todo}</dd>
      </dl>
      {mayDecide && finding.state === "open" && <ExplainForm key={finding.id} id={finding.id} />}
    </section>
  );
}

function ExplainForm({ id }: { id: number }) {
  const text = useConflictsText();
  const explain = useExplain();
  const [reason, setReason] = useState("");
  return (
    <form
      className={styles["form"]}
      onSubmit={(event) => {
        event.preventDefault();
        explain.mutate({ id, reason });
      }}
    >
      <label>
        {text.explainLabel}
        <Input.TextArea
          rows={2}
          maxLength={REASON_LENGTH_MAX}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      <Button htmlType="submit" loading={explain.isPending} disabled={reason.trim() === ""}>
        {text.explainGo}
      </Button>
      {explain.isError && (
        <span role="alert" className={styles["bad"]}>
          {text.failed}
        </span>
      )}
    </form>
  );
}
