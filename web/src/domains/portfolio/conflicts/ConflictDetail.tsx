import { EyeOutlined } from "@ant-design/icons";
import { Button, Input, Radio, Select } from "antd";
import { useState } from "react";

import styles from "./conflicts.module.css";
import {
  useDecideConflict,
  useRevealConflict,
  type Conflict,
  type ConflictValue,
  type RevealReason,
} from "./conflictsQuery";
import type { PartyLink } from "./FindingDetail";
import { useConflictsText } from "./text";
import { useMay, useUser } from "@/shared/api/session";
import { formatInstant } from "@/shared/format/dates";
import { formatCount } from "@/shared/format/figures";

const REASON_LENGTH_MAX = 300;
const REVEAL_REASONS = ["correction", "identity_check", "complaint", "review"] as const satisfies RevealReason[];

/** One conflict: every value with who says it and where, the way to see it in clear, and the decision. */
export function ConflictDetail({ conflict, linkTo }: { conflict: Conflict; linkTo: PartyLink }) {
  const text = useConflictsText();
  const { bank } = useUser();
  const mayReveal = useMay("party.reveal");
  const mayDecide = useMay("conflict.decide");
  const reveal = useRevealConflict(conflict.id);
  const clear = new Map((reveal.data ?? []).map((one) => [one.number, one.value]));
  const { decision } = conflict;
  return (
    <section className={styles["detail"]} aria-label={text.fields[conflict.field]}>
      <div>
        <h2>
          {linkTo(conflict.customer.party_id, conflict.customer.name)} · {text.fields[conflict.field]}
        </h2>
        <p className={styles["quiet"]}>
          {conflict.customer.party_id} · {text.since} {conflict.first_seen_on} · {text.changed} {conflict.changed_on}
          {conflict.closed_on !== null && ` · ${text.conflictStates.closed} ${conflict.closed_on}`}
        </p>
        <p className={styles["quiet"]}>{text.apart}</p>
      </div>
      <ol className={styles["values"]} aria-label={text.values}>
        {conflict.values.map((value) => (
          <ValueItem
            key={value.number}
            value={value}
            clear={clear.get(value.number)}
            counts={decision !== null && decision.value === value.number}
          />
        ))}
      </ol>
      {mayReveal && reveal.data === undefined && (
        <Reveal busy={reveal.isPending} failed={reveal.isError} onReveal={(reason) => reveal.mutate(reason)} />
      )}
      {reveal.data !== undefined && <p className={styles["quiet"]} role="status">{text.revealLogged}</p>}
      {decision !== null && (
        <dl className={styles["facts"]}>
          <dt>{text.decision}</dt>
          <dd>
            {decision.value === 0 ? text.decidedNone : `${formatCount(decision.value)} ${text.counts}`} · {decision.reason}
            <div className={styles["quiet"]}>
              {text.explained(decision.decided_by, formatInstant(decision.decided_at, bank.time_zone))}
            </div>
          </dd>
        </dl>
      )}
      {mayDecide && conflict.state !== "closed" && (
        <DecideForm key={`${conflict.id} ${conflict.values_hash}`} conflict={conflict} />
      )}
    </section>
  );
}

function ValueItem({ value, clear, counts }: { value: ConflictValue; clear: string | undefined; counts: boolean }) {
  const text = useConflictsText();
  const shown = clear ?? value.shown;
  return (
    <li>
      <span className={styles["value"]}>{shown === "" ? text.valueGone : shown}</span>
      {counts && <span className={styles["mark"]}>{text.counts}</span>}
      <ul className={styles["sources"]}>
        {value.sources.map((source) => (
          <li key={`${source.feed} ${source.key}`}>
            {source.system === "" ? text.feeds[source.feed] : source.system}{" "}
            <span className={styles["quiet"]}>
              {source.line === null
                ? text.placeFile(source.file, source.day)
                : text.place(source.file, formatCount(source.line), source.day)}
            </span>
          </li>
        ))}
      </ul>
    </li>
  );
}

interface RevealProps {
  busy: boolean;
  failed: boolean;
  onReveal: (reason: RevealReason) => void;
}

function Reveal({ busy, failed, onReveal }: RevealProps) {
  const text = useConflictsText();
  const [reason, setReason] = useState<(typeof REVEAL_REASONS)[number]>();
  return (
    <div className={styles["bar"]} role="group" aria-label={text.reveal}>
      <Select
        size="small"
        aria-label={text.revealWhy}
        placeholder={text.revealWhy}
        style={{ width: 170 }}
        value={reason}
        onChange={setReason}
        options={REVEAL_REASONS.map((value) => ({ value, label: text.reasons[value] }))}
      />
      <Button
        size="small"
        icon={<EyeOutlined />}
        loading={busy}
        disabled={reason === undefined}
        onClick={() => reason !== undefined && onReveal(reason)}
      >
        {text.reveal}
      </Button>
      {failed && <span role="alert" className={styles["bad"]}>{text.revealFailed}</span>}
    </div>
  );
}

function DecideForm({ conflict }: { conflict: Conflict }) {
  const text = useConflictsText();
  const decide = useDecideConflict();
  const [value, setValue] = useState<number>();
  const [reason, setReason] = useState("");
  const ready = value !== undefined && reason.trim() !== "";
  return (
    <form
      className={styles["form"]}
      onSubmit={(event) => {
        event.preventDefault();
        if (value !== undefined && ready) decide.mutate({ conflict, value, reason });
      }}
    >
      <fieldset className={styles["choice"]}>
        <legend>{text.choose}</legend>
        <Radio.Group value={value} onChange={(event) => setValue(Number(event.target.value))}>
          {conflict.values.map((one) => (
            <Radio key={one.number} value={one.number}>
              {formatCount(one.number)} · {one.shown === "" ? text.valueGone : one.shown}
            </Radio>
          ))}
          <Radio value={0}>{text.none}</Radio>
        </Radio.Group>
      </fieldset>
      <label>
        {text.decideLabel}
        <Input.TextArea
          rows={2}
          maxLength={REASON_LENGTH_MAX}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      <Button htmlType="submit" type="primary" loading={decide.isPending} disabled={!ready}>
        {text.decideGo}
      </Button>
      {decide.isError && <span role="alert" className={styles["bad"]}>{text.decideFailed}</span>}
    </form>
  );
}
