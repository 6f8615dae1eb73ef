import { Button, DatePicker, Input, Select } from "antd";
import dayjs from "dayjs";
import { useState } from "react";

import { useFigures } from "./figures";
import styles from "./reconciliation.module.css";
import { useDeclare, type Difference } from "./reconciliationQuery";
import { useReconciliationText } from "./text";
import { problemFacts } from "@/shared/api/problem";
import { useCurrency } from "@/shared/api/session";
import { currencyUnitName, minorOf } from "@/shared/format/money";
import { useLanguage } from "@/shared/i18n/text";
import { useProblemWords } from "@/shared/ui/states";

const REASON_MIN = 6;
const REASON_MAX = 500;
const USUAL_DAYS = 90;

interface Draft {
  of: "note" | "product";
  /** As it is typed, in major units where it is money. */
  upTo: string;
  from: string;
  to: string;
  reason: string;
}

/** Says why a difference is known, up to which size and until when. */
export function DeclareForm({ row, onDone }: { row: Difference; onDone: () => void }) {
  const text = useReconciliationText();
  const currency = useCurrency();
  const { language } = useLanguage();
  const { size } = useFigures();
  const declare = useDeclare();
  const money = row.unit === "minor";
  const [draft, setDraft] = useState<Draft>({
    of: "note",
    upTo: money ? size("minor", Math.abs(row.difference)) : String(Math.abs(row.difference)),
    from: row.first_seen_on,
    to: dayjs(row.last_seen_on).add(USUAL_DAYS, "day").format("YYYY-MM-DD"),
    reason: "",
  });
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const most = money ? minorOf(draft.upTo, currency) : /^[1-9][0-9]{0,4}$/.test(draft.upTo.trim()) ? Number(draft.upTo) : null;
  const unit = money ? currencyUnitName(currency, language) : row.unit === "class" ? text.unitSteps : text.unitDays;
  const submit = () => {
    if (most === null) return;
    const body = {
      component: row.component,
      note_id: draft.of === "note" ? row.note_id : "",
      product_code: draft.of === "product" ? row.product_code : "",
      up_to: most,
      from_on: draft.from,
      to_on: draft.to,
      reason: draft.reason,
    };
    declare.mutate(body, { onSuccess: onDone });
  };
  return (
    <form
      className={styles["form"]}
      aria-label={text.declareTitle}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <p className={styles["quiet"]}>{text.declareWords}</p>
      <Fields row={row} draft={draft} unit={unit} wrong={most === null} onChange={change} />
      <div className={styles["actions"]}>
        <Button
          type="primary"
          htmlType="submit"
          size="small"
          loading={declare.isPending}
          disabled={most === null || draft.reason.trim().length < REASON_MIN}
        >
          {text.declareButton}
        </Button>
      </div>
      {declare.isError && <Refused error={declare.error} />}
    </form>
  );
}

interface FieldsProps {
  row: Difference;
  draft: Draft;
  unit: string;
  wrong: boolean;
  onChange: (part: Partial<Draft>) => void;
}

function Fields({ row, draft, unit, wrong, onChange }: FieldsProps) {
  const text = useReconciliationText();
  return (
    <>
      <div className={styles["fields"]}>
        <label>
          {text.of}
          <Select<Draft["of"]>
            value={draft.of}
            onChange={(of) => onChange({ of })}
            options={[
              { value: "note", label: text.ofNote(row.note_id) },
              { value: "product", label: text.ofProduct(row.product_code) },
            ]}
          />
        </label>
        <label>
          {text.upTo(unit)}
          <Input
            value={draft.upTo}
            status={wrong ? "error" : ""}
            onChange={(event) => onChange({ upTo: event.target.value })}
          />
        </label>
        <DayField name={text.from} value={draft.from} onChange={(from) => onChange({ from })} />
        <DayField name={text.until} value={draft.to} onChange={(to) => onChange({ to })} />
      </div>
      <label>
        {text.reason}
        <Input.TextArea
          rows={2}
          maxLength={REASON_MAX}
          value={draft.reason}
          onChange={(event) => onChange({ reason: event.target.value })}
        />
      </label>
    </>
  );
}

function DayField({ name, value, onChange }: { name: string; value: string; onChange: (day: string) => void }) {
  return (
    <label>
      {name}
      <DatePicker
        value={dayjs(value)}
        allowClear={false}
        showNow={false}
        onChange={(day) => onChange(day?.format("YYYY-MM-DD") ?? value)}
      />
    </label>
  );
}

/** What the server refused, in its own words where they say what to do. */
export function Refused({ error }: { error: unknown }) {
  const words = useProblemWords();
  return <div className={styles["bad"]} role="alert">{words(problemFacts(error))}</div>;
}
