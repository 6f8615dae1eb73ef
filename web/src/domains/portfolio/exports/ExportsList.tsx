import { DownloadOutlined } from "@ant-design/icons";
import { Button, Progress, Skeleton } from "antd";

import styles from "./exports.module.css";
import { exportFile, useExports, type ExportItem } from "./exportsQuery";
import { useExportsText } from "./text";
import { useUser } from "@/shared/api/session";
import { formatInstant } from "@/shared/format/dates";
import { formatCount, formatDuration } from "@/shared/format/figures";
import { useLanguage } from "@/shared/i18n/text";
import { EmptyState, ErrorState } from "@/shared/ui/states";

/** The own exports, newest first, with live progress. */
export function ExportsList() {
  const text = useExportsText();
  const found = useExports();
  if (found.data === undefined) {
    if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
    return <Skeleton active paragraph={{ rows: 4 }} title={false} aria-label={text.loading} />;
  }
  if (found.data.length === 0) return <EmptyState title={text.emptyTitle}>{text.empty}</EmptyState>;
  return (
    <ul className={styles["list"]} aria-label={text.title}>
      {found.data.map((item) => (
        <ExportEntry key={item.id} item={item} />
      ))}
    </ul>
  );
}

function ExportEntry({ item }: { item: ExportItem }) {
  const text = useExportsText();
  const { bank } = useUser();
  const name = item.file_name === "" ? text.kinds[item.kind] ?? item.kind : item.file_name;
  return (
    <li className={styles["entry"]}>
      <div className={styles["facts"]}>
        <span className={styles["name"]}>{name}</span>
        <span className={styles["quiet"]}>
          {formatInstant(item.created_at, bank.time_zone)} · {text.purposes[item.purpose]} ·{" "}
          {text.states[item.state] ?? item.state}
          {item.state === "done" && ` · ${text.rowsOf(formatCount(item.rows))} · ${formatBytes(item.bytes)}`}
          {item.state === "done" && ` · ${text.expires} ${formatInstant(item.expires_at, bank.time_zone)}`}
        </span>
        <Under item={item} />
      </div>
      {item.state === "done" && (
        <Button icon={<DownloadOutlined />} href={exportFile(item.id)} download={item.file_name}>
          {text.download}
        </Button>
      )}
    </li>
  );
}

function Under({ item }: { item: ExportItem }) {
  const text = useExportsText();
  const { language } = useLanguage();
  if (item.state === "failed") {
    return <span className={styles["bad"]}>{text.failed(text.failedWords[item.error_code] ?? text.failedOther)}</span>;
  }
  if (item.state === "queued") return <span className={styles["quiet"]}>{text.waiting}</span>;
  if (item.state !== "running") return null;
  const percent = item.rows_total === 0 ? 0 : Math.floor((item.rows * 100) / item.rows_total);
  const rate =
    item.rows_per_second === null
      ? ""
      : ` · ${text.rate(formatCount(item.rows_per_second), formatDuration(item.seconds_left, language))}`;
  return (
    <>
      <Progress percent={percent} size="small" aria-label={text.states["running"]} />
      <span className={styles["quiet"]}>
        {text.progress(formatCount(item.rows), formatCount(item.rows_total))}
        {rate}
      </span>
    </>
  );
}

/** A size as people read it: "1.4 MB". */
function formatBytes(bytes: number | null): string {
  if (bytes === null) return "–";
  if (bytes < 1_000_000) return `${Math.max(1, Math.round(bytes / 1_000))} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
