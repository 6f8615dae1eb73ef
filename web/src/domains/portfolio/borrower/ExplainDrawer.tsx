import { FilePdfOutlined } from "@ant-design/icons";
import { Button, Drawer, Skeleton } from "antd";
import { useState } from "react";

import styles from "./BorrowerPage.module.css";
import { explanationPdf, useExplanation } from "./borrowerQuery";
import { ExplainDetail } from "./ExplainDetail";
import { AsOfPicker } from "./parts";
import type { Borrower, Explanation } from "./shapes";
import { useBorrowerText } from "./text";
import type { Language } from "@/shared/i18n/language";
import { useLanguage } from "@/shared/i18n/text";
import { CopyButton } from "@/shared/ui/CopyButton";
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
      extra={<AsOfPicker borrower={borrower} asOf={asOf} onAsOf={onAsOf} />}
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
        <CopyButton value={explanation.text[spoken]} name={text.explanation} />
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
