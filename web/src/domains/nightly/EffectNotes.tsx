import { DownloadOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button, Select, Skeleton } from "antd";
import { useState } from "react";

import { Pair } from "./EffectTable";
import styles from "./NightsPage.module.css";
import { effectFile, useEffectDecisions, useEffectNotes, type Decision, type NoteEffect } from "./requestsQuery";
import { useEffectText } from "./effectText";
import { useCurrency, useMay, useUser } from "@/shared/api/session";
import { formatInstant } from "@/shared/format/dates";
import { formatCount } from "@/shared/format/figures";
import { grouped, plainMoney } from "@/shared/format/money";
import { useLanguage } from "@/shared/i18n/text";
import { ErrorState } from "@/shared/ui/states";

/** A file has no more rows than this; the server refuses a larger one. */
const FILE_ROWS_MAX = 20_000;

/** Which notes of a date a correction has changed, figure by figure, and what was decided on the former figures. */
export function EffectNotes({ id }: { id: string }) {
  const text = useEffectText();
  const { language } = useLanguage();
  const [on, setOn] = useState<string>();
  const effect = useEffectNotes(id, on);
  if (effect.data === undefined) {
    if (effect.isError) return <ErrorState error={effect.error} onRetry={() => void effect.refetch()} />;
    return <Skeleton active title={false} paragraph={{ rows: 4 }} />;
  }
  const found = effect.data;
  return (
    <>
      <div className={styles["effectHead"]}>
        <h3>{text.notes(formatCount(found.count))}</h3>
        <Select
          size="small"
          aria-label={text.date}
          value={found.business_date}
          options={found.dates.map((date) => ({ value: date, label: date }))}
          onChange={setOn}
        />
        <Button
          size="small"
          icon={<DownloadOutlined />}
          disabled={found.count > FILE_ROWS_MAX}
          href={effectFile(id, found.business_date, language)}
          download={`${id}.xlsx`}
        >
          XLSX
        </Button>
      </div>
      {found.count > found.notes.length && <p className={styles["quiet"]}>{text.first(formatCount(found.notes.length))}</p>}
      {found.count > FILE_ROWS_MAX && <p className={styles["quiet"]}>{text.tooMany(formatCount(FILE_ROWS_MAX))}</p>}
      {found.count > 0 && <NotesTable notes={found.notes} />}
      <Decided id={id} />
    </>
  );
}

function NotesTable({ notes }: { notes: NoteEffect[] }) {
  const text = useEffectText();
  const { code } = useCurrency();
  return (
    <div className={styles["scrollX"]}>
      <table className={styles["table"]}>
        <caption className="visually-hidden">{text.tableName}</caption>
        <thead>
          <tr>
            <th scope="col">{text.note}</th>
            <th scope="col">{text.party}</th>
            <th scope="col">{text.bucket}</th>
            <th scope="col">{text.class}</th>
            <th scope="col" className={styles["figure"]}>{text.days}</th>
            <th scope="col" className={styles["figure"]}>{text.overdue} ({code})</th>
            <th scope="col" className={styles["figure"]}>{text.penalty} ({code})</th>
            <th scope="col" className={styles["figure"]}>{text.balance} ({code})</th>
          </tr>
        </thead>
        <tbody>
          {notes.map((note) => (
            <NoteRow key={note.note_id} note={note} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function NoteRow({ note }: { note: NoteEffect }) {
  const text = useEffectText();
  const currency = useCurrency();
  const money = (minor: number | null) => (minor === null ? text.none : grouped(plainMoney(minor, currency)));
  const days = (count: number | null) => (count === null ? text.none : formatCount(count));
  const word = (words: Record<string, string>, code: string | null) => (code === null ? text.none : words[code] ?? code);
  const overdue = (principal: number | null, interest: number | null) =>
    principal === null || interest === null ? null : principal + interest;
  return (
    <tr>
      <th scope="row">{note.note_id}</th>
      <td>
        <PartyLink id={note.party_id} />
      </td>
      <td>
        <Pair before={word(text.buckets, note.bucket_before)} after={word(text.buckets, note.bucket_after)} />
      </td>
      <td>
        <Pair before={word(text.classes, note.class_before)} after={word(text.classes, note.class_after)} />
      </td>
      <td className={styles["figure"]}>
        <Pair before={days(note.dpd_before)} after={days(note.dpd_after)} />
      </td>
      <td className={styles["figure"]}>
        <Pair
          before={money(overdue(note.overdue_principal_before_minor, note.overdue_interest_before_minor))}
          after={money(overdue(note.overdue_principal_after_minor, note.overdue_interest_after_minor))}
        />
      </td>
      <td className={styles["figure"]}>
        <Pair before={money(note.penalty_before_minor)} after={money(note.penalty_after_minor)} />
      </td>
      <td className={styles["figure"]}>
        <Pair before={money(note.balance_before_minor)} after={money(note.balance_after_minor)} />
      </td>
    </tr>
  );
}

function PartyLink({ id }: { id: string }) {
  const may = useMay("party.read");
  return may ? <Link to="/parties/$partyId" params={{ partyId: id }}>{id}</Link> : <>{id}</>;
}

function Decided({ id }: { id: string }) {
  const text = useEffectText();
  const found = useEffectDecisions(id);
  if (found.data === undefined) {
    if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
    return <Skeleton active title={false} paragraph={{ rows: 2 }} />;
  }
  const { items, complete } = found.data;
  return (
    <>
      <div className={styles["effectHead"]}>
        <h3>{text.decided(formatCount(items.length))}</h3>
      </div>
      <p className={styles["quiet"]}>
        {items.length === 0 ? text.decidedNone : text.decidedWords}
        {!complete && ` ${text.incomplete}`}
      </p>
      {items.length > 0 && <DecidedTable items={items} />}
    </>
  );
}

function DecidedTable({ items }: { items: Decision[] }) {
  const text = useEffectText();
  const { bank } = useUser();
  const words: Record<string, string> = { ...text.purposes, ...text.reasons, ...text.approvals };
  const said = (detail: string) => detail.split(" ").map((code) => words[code] ?? code).join(" · ");
  return (
    <div className={styles["scrollX"]}>
      <table className={styles["table"]}>
        <caption className="visually-hidden">{text.decidedName}</caption>
        <thead>
          <tr>
            <th scope="col">{text.when}</th>
            <th scope="col">{text.what}</th>
            <th scope="col">{text.by}</th>
            <th scope="col">{text.of}</th>
            <th scope="col">{text.detail}</th>
            <th scope="col" className={styles["figure"]}>{text.rows}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((one) => (
            <tr key={one.event_id}>
              <th scope="row">{formatInstant(one.at, bank.time_zone)}</th>
              <td>{text.kinds[one.kind]}</td>
              <td>{one.by}</td>
              <td>{one.kind === "reveal" ? <PartyLink id={one.subject} /> : one.kind === "export" ? one.subject.slice(0, 8) : one.subject}</td>
              <td>{said(one.detail)}</td>
              <td className={styles["figure"]}>{one.rows === null ? "" : formatCount(one.rows)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
