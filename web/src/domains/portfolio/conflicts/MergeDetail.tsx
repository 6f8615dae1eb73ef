import { Button, Input } from "antd";
import { useState, type ReactNode } from "react";

import styles from "./conflicts.module.css";
import { useDecideMerge, type Merge, type MergeDecision, type MergeSide } from "./conflictsQuery";
import type { PartyLink } from "./FindingDetail";
import { useMergeText } from "./mergeText";
import { useMay, useUser } from "@/shared/api/session";
import { formatInstant } from "@/shared/format/dates";
import { formatCount } from "@/shared/format/figures";

const REASON_LENGTH_MAX = 300;

/** Two keys side by side, what speaks for one person, and the decision. */
export function MergeDetail({ merge, linkTo }: { merge: Merge; linkTo: PartyLink }) {
  const text = useMergeText();
  const { bank } = useUser();
  const mayDecide = useMay("conflict.decide");
  return (
    <section className={styles["detail"]} aria-label={text.compare}>
      <div>
        <h2>{merge.evidence.map((one) => text.evidence[one].name).join(" + ")}</h2>
        {merge.evidence.map((one) => (
          <p key={one} className={styles["quiet"]}>{text.evidence[one].what}</p>
        ))}
        {merge.state === "merged" && merge.closed_on !== null && (
          <p className={styles["bad"]} role="status">{text.gone(merge.closed_on)}</p>
        )}
      </div>
      <Compare sides={merge.sides} linkTo={linkTo} />
      <dl className={styles["facts"]}>
        <dt>{text.since}</dt>
        <dd>{merge.first_seen_on}</dd>
        {merge.keys.length > 0 && (
          <>
            <dt>{text.keys}</dt>
            <dd>{merge.keys.join(" · ")}</dd>
          </>
        )}
        {merge.decided_at !== null && (
          <>
            <dt>{text.states[merge.state]}</dt>
            <dd>
              {merge.reason}
              <div className={styles["quiet"]}>
                {text.decided(merge.decided_by, formatInstant(merge.decided_at, bank.time_zone))}
              </div>
            </dd>
          </>
        )}
      </dl>
      {mayDecide && merge.state !== "closed" && <DecideForm merge={merge} />}
    </section>
  );
}

function Compare({ sides, linkTo }: { sides: readonly MergeSide[]; linkTo: PartyLink }) {
  const text = useMergeText();
  const rows: [string, (side: MergeSide) => ReactNode][] = [
    [text.name, (side) => linkTo(side.party_id, side.name)],
    [text.paper, (side) => (side.identity_number === "" ? text.none : <Paper side={side} />)],
    [text.phones, (side) => <Phones side={side} />],
    [text.region, (side) => side.region || text.none],
    [text.notes, (side) => formatCount(side.notes)],
  ];
  return (
    <table className={styles["compare"]}>
      <caption className="visually-hidden">{text.compare}</caption>
      <thead>
        <tr>
          <th scope="col">{text.key}</th>
          {sides.map((side) => (
            <th key={side.party_id} scope="col">{side.party_id}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, cell]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {sides.map((side) => (
              <td key={side.party_id}>{cell(side)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Paper({ side }: { side: MergeSide }) {
  const text = useMergeText();
  return (
    <>
      {side.identity_number}
      <div className={styles["quiet"]}>{text.papers[side.identity_kind] ?? side.identity_kind}</div>
    </>
  );
}

function Phones({ side }: { side: MergeSide }) {
  const text = useMergeText();
  if (side.phones.length === 0) return text.none;
  return side.phones.map((phone, place) => (
    <div key={place}>
      {phone.shown}
      {phone.shared && <span className={styles["mark"]}>{text.shared}</span>}
    </div>
  ));
}

function DecideForm({ merge }: { merge: Merge }) {
  const text = useMergeText();
  const decide = useDecideMerge();
  const [reason, setReason] = useState("");
  const ready = reason.trim() !== "" && !decide.isPending;
  const send = (decision: MergeDecision) => decide.mutate({ merge, decision, reason });
  return (
    <div className={styles["form"]} role="group" aria-label={text.rule}>
      <p className={styles["quiet"]}>{text.rule}</p>
      <label>
        {text.why}
        <Input.TextArea
          rows={2}
          maxLength={REASON_LENGTH_MAX}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      <div className={styles["bar"]}>
        {merge.state !== "merged" && (
          <Button type="primary" disabled={!ready} onClick={() => send("merged")}>
            {text.merge}
          </Button>
        )}
        {merge.state !== "apart" && (
          <Button disabled={!ready} onClick={() => send("apart")}>
            {merge.state === "merged" ? text.part : text.refuse}
          </Button>
        )}
      </div>
      {decide.isError && <span role="alert" className={styles["bad"]}>{text.failed}</span>}
    </div>
  );
}
