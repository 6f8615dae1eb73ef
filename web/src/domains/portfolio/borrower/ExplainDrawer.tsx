import { CheckOutlined, CopyOutlined, FilePdfOutlined } from "@ant-design/icons";
import { Button, DatePicker, Drawer, Skeleton } from "antd";
import dayjs from "dayjs";
import { useState } from "react";

import styles from "./BorrowerPage.module.css";
import { explanationPdf, useExplanation } from "./borrowerQuery";
import { ExplainDetail } from "./ExplainDetail";
import type { Borrower, Explanation } from "./shapes";
import { useBorrowerText } from "./text";
import type { Language } from "@/shared/i18n/language";
import { useLanguage } from "@/shared/i18n/text";
import { RadioSwitch } from "@/shared/ui/RadioSwitch";
import { ErrorState } from "@/shared/ui/states";

interface ExplainDrawerProps {
  open: boolean;
  noteId: string;
  borrower: Borrower;
  asOf: string | undefined;
  onAsOf: (asOf: string | undefined) => void;
  onClose: () => void;
}

/** How the debt of a note comes about: to be read out, checked by hand, copied or printed. */
export function ExplainDrawer({ open, noteId, borrower, asOf, onAsOf, onClose }: ExplainDrawerProps) {
  const text = useBorrowerText();
  return (
    <Drawer
      open={open}
      onClose={onClose}
      size={780}
      mask={false}
      title={`${text.explanation} · ${noteId} · ${borrower.name}`}
      closable={{ "aria-label": text.close }}
      extra={
        <DatePicker
          aria-label={text.asOf}
          size="small"
          style={{ width: 140 }}
          placeholder={text.latest}
          value={asOf === undefined ? null : dayjs(asOf)}
          minDate={dayjs(borrower.first_on)}
          maxDate={dayjs(borrower.last_on)}
          defaultPickerValue={dayjs(borrower.last_on)}
          showNow={false}
          onChange={(day) => onAsOf(day?.format("YYYY-MM-DD"))}
        />
      }
    >
      {open && <Body noteId={noteId} asOf={asOf} />}
    </Drawer>
  );
}

function Body({ noteId, asOf }: { noteId: string; asOf: string | undefined }) {
  const query = useExplanation(noteId, asOf);
  const text = useBorrowerText();
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) {
    return (
      <div role="status" aria-label={text.loading}>
        <Skeleton active title={false} paragraph={{ rows: 16, width: "100%" }} />
      </div>
    );
  }
  return <Explained noteId={noteId} explanation={query.data} />;
}

function Explained({ noteId, explanation }: { noteId: string; explanation: Explanation }) {
  const text = useBorrowerText();
  const { language } = useLanguage();
  const [spoken, setSpoken] = useState<Language>(language);
  const [view, setView] = useState<"read" | "detail">("read");
  return (
    <>
      <div className={styles["drawerHead"]}>
        <RadioSwitch
          label={text.explanation}
          value={view}
          onChange={setView}
          options={[{ value: "read", label: text.read }, { value: "detail", label: text.detail }]}
        />
        <RadioSwitch
          label={text.textLanguage}
          value={spoken}
          onChange={setSpoken}
          options={[{ value: "zh", label: "中文" }, { value: "en", label: "English" }]}
        />
        <span style={{ flex: 1 }} />
        <CopyText value={explanation.text[spoken]} />
        <Button
          size="small"
          icon={<FilePdfOutlined />}
          href={explanationPdf(noteId, explanation.as_of, spoken)}
          target="_blank"
          rel="noreferrer"
        >
          {text.pdf}
        </Button>
      </div>
      {view === "read" ? (
        <pre className={styles["spoken"]} lang={spoken} tabIndex={0}>{explanation.text[spoken]}</pre>
      ) : (
        <ExplainDetail explanation={explanation} />
      )}
    </>
  );
}

function CopyText({ value }: { value: string }) {
  const text = useBorrowerText();
  const [copied, setCopied] = useState(false);
  const copy = () => {
    void navigator.clipboard.writeText(value).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 1500);
    });
  };
  return (
    <Button size="small" icon={copied ? <CheckOutlined /> : <CopyOutlined />} onClick={copy}>
      {copied ? text.copied : text.copy}
    </Button>
  );
}
