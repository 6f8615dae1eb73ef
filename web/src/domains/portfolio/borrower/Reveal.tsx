import { EyeOutlined } from "@ant-design/icons";
import { Button, Input, Select } from "antd";
import { useState, type ReactNode } from "react";

import { useReveal } from "./borrowerQuery";
import styles from "./BorrowerPage.module.css";
import type { Revealed, RevealInput, RevealPart } from "./shapes";
import { useBorrowerText } from "./text";
import { useMay } from "@/shared/api/session";

const REASONS = ["contact", "identity_check", "legal_document", "complaint", "correction", "review"] as const;
const NOTE_LENGTH_MAX = 300;

interface RevealBlockProps {
  partyId: string;
  part: RevealPart;
  children: (shown: Revealed) => ReactNode;
}

/** Shows one part of the personal data in clear: asks for a reason in place, shows it, and leaves a record. */
export function RevealBlock({ partyId, part, children }: RevealBlockProps) {
  const text = useBorrowerText();
  const may = useMay("party.reveal");
  const reveal = useReveal(partyId);
  const [asking, setAsking] = useState(false);
  if (!may) return null;
  if (reveal.data !== undefined) {
    return (
      <span role="status">
        {children(reveal.data)} <span className={styles["sub"]}>{text.revealLogged}</span>
      </span>
    );
  }
  if (!asking) {
    return (
      <Button size="small" icon={<EyeOutlined />} onClick={() => setAsking(true)}>
        {text.reveal}
      </Button>
    );
  }
  return (
    <RevealForm
      part={part}
      busy={reveal.isPending}
      failed={reveal.isError}
      onReveal={(body) => reveal.mutate(body)}
      onStop={() => setAsking(false)}
    />
  );
}

interface RevealFormProps {
  part: RevealPart;
  busy: boolean;
  failed: boolean;
  onReveal: (body: RevealInput) => void;
  onStop: () => void;
}

function RevealForm({ part, busy, failed, onReveal, onStop }: RevealFormProps) {
  const text = useBorrowerText();
  const [reason, setReason] = useState<(typeof REASONS)[number]>();
  const [note, setNote] = useState("");
  return (
    <span className={styles["reveal"]} role="group" aria-label={text.revealParts[part]}>
      <Select
        size="small"
        autoFocus
        aria-label={text.revealWhy}
        placeholder={text.revealWhy}
        style={{ width: 150 }}
        value={reason}
        onChange={setReason}
        options={REASONS.map((value) => ({ value, label: text.reasons[value] }))}
      />
      <Input
        size="small"
        aria-label={text.revealNote}
        placeholder={text.revealNote}
        style={{ width: 240 }}
        maxLength={NOTE_LENGTH_MAX}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      <Button
        size="small"
        type="primary"
        loading={busy}
        disabled={reason === undefined}
        onClick={() => reason !== undefined && onReveal({ reason, note, parts: [part] })}
      >
        {text.revealGo}
      </Button>
      <Button size="small" type="text" onClick={onStop}>
        {text.revealStop}
      </Button>
      {failed && <span role="alert" className={styles["bad"]}>{text.revealFailed}</span>}
    </span>
  );
}
