import { DownloadOutlined } from "@ant-design/icons";
import { Button, Drawer, Dropdown } from "antd";
import { useState } from "react";

import { ExportsList } from "./ExportsList";
import { PURPOSES, useExportRequest, type LoansExport, type Purpose, type RejectsExport } from "./exportsQuery";
import styles from "./exports.module.css";
import { useExportsText } from "./text";
import { problemFacts } from "@/shared/api/problem";
import { useMay } from "@/shared/api/session";
import { formatCount } from "@/shared/format/figures";
import { useLanguage } from "@/shared/i18n/text";
import { NoticeStrip, useProblemWords } from "@/shared/ui/states";

interface ExportButtonProps {
  /** The filter and order of the list, as its address holds it. */
  query: LoansExport["query"];
  /** How many notes the list has; the server counts again. */
  total: number | undefined;
  /** Keys of the columns in order. */
  columns: string[];
}

/** Asks for the list of loans as a workbook, for a purpose that is recorded; absent without the right. */
export function ExportButton({ query, total, columns }: ExportButtonProps) {
  const text = useExportsText();
  const { language } = useLanguage();
  if (!useMay("loan.export")) return null;
  return (
    <AskButton
      label={text.export}
      total={total}
      purposes
      wanted={(purpose) => ({ loans: { query, language, columns, purpose } })}
    />
  );
}

interface RejectsExportButtonProps {
  runId: string;
  feed: string | undefined;
  form: RejectsExport["form"];
  total: number | undefined;
}

/** Asks for the rejected rows of a night as a file; absent without the right. */
export function RejectsExportButton({ runId, feed, form, total }: RejectsExportButtonProps) {
  const text = useExportsText();
  const { language } = useLanguage();
  if (!useMay("rejects.export.read")) return null;
  return (
    <AskButton
      label={form === "csv" ? text.exportCsv : text.export}
      total={total}
      small
      wanted={() => ({ rejects: { run_id: runId, feed: feed ?? null, form, language } })}
    />
  );
}

interface AskButtonProps {
  label: string;
  total: number | undefined;
  small?: boolean;
  /** Whether the purpose is chosen first; a file that has only one goes without. */
  purposes?: boolean;
  wanted: (purpose: Purpose) => { loans: LoansExport } | { rejects: RejectsExport };
}

function AskButton({ label, total, small = false, purposes = false, wanted }: AskButtonProps) {
  const text = useExportsText();
  const [open, setOpen] = useState(false);
  const request = useExportRequest();
  const nothing = total === 0;
  const ask = (purpose: Purpose) => request.mutate(wanted(purpose), { onSettled: () => setOpen(true) });
  const button = (
    <Button
      icon={<DownloadOutlined />}
      size={small ? "small" : "middle"}
      loading={request.isPending}
      disabled={nothing}
      title={nothing ? text.nothing : undefined}
      onClick={purposes ? undefined : () => ask("data_quality")}
    >
      {label}
    </Button>
  );
  const items = [
    {
      key: "purpose",
      type: "group" as const,
      label: text.purposeAsked,
      children: PURPOSES.map((purpose) => ({
        key: purpose,
        label: text.purposes[purpose],
        onClick: () => ask(purpose),
      })),
    },
  ];
  return (
    <>
      {purposes ? (
        <Dropdown menu={{ items }} trigger={["click"]} placement="bottomRight" disabled={nothing}>
          {button}
        </Dropdown>
      ) : (
        button
      )}
      <Drawer title={text.open} size={560} open={open} onClose={() => setOpen(false)} destroyOnHidden>
        {request.error !== null && <Refused error={request.error} total={total} />}
        <div className={styles["drawer"]}>
          <ExportsList />
        </div>
      </Drawer>
    </>
  );
}

function Refused({ error, total }: { error: unknown; total: number | undefined }) {
  const text = useExportsText();
  const words = useProblemWords();
  const facts = problemFacts(error);
  const why =
    facts.code === "export.limit"
      ? text.over(total === undefined ? "" : formatCount(total))
      : facts.code === "export.busy"
        ? text.busy
        : words(facts);
  return (
    <NoticeStrip tone="bad">
      {text.refused}. {why}
    </NoticeStrip>
  );
}
