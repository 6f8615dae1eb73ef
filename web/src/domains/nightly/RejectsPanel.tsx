import { DownOutlined, RightOutlined } from "@ant-design/icons";
import { Button, Select, Skeleton } from "antd";
import { useState, type ReactNode } from "react";

import styles from "./NightsPage.module.css";
import { useRejects } from "./nightsQuery";
import { useReasonText } from "./reasonText";
import { useNightsText } from "./text";
import type { NightDetail, Reject } from "@/shared/api/shapes";
import { useMay } from "@/shared/api/session";
import { formatCount } from "@/shared/format/figures";
import { Panel } from "@/shared/ui/Panel";
import { ErrorState } from "@/shared/ui/states";

/** What an export of rejected rows is asked for with. */
export interface RejectsOf {
  runId: string;
  feed: string | undefined;
  total: number;
}

interface RejectsPanelProps {
  night: NightDetail;
  feed: string | undefined;
  onFeed: (feed: string | undefined) => void;
  /** Buttons that take the rows as a file. */
  onExport?: (of: RejectsOf) => ReactNode;
}

/** The rows that the checks refused, with field, what was expected and what came. */
export function RejectsPanel({ night, feed, onFeed, onExport }: RejectsPanelProps) {
  const text = useNightsText();
  const mayRead = useMay("rejects.read");
  const feeds = night.loads.filter((load) => load.rejected > 0).map((load) => load.feed);
  return (
    <Panel
      title={text.rejects}
      note={
        night.rejects_kept === null
          ? text.rejectsCount(formatCount(night.rejected))
          : text.rejectsKept(formatCount(night.rejected), formatCount(night.rejects_kept))
      }
      actions={
        mayRead && night.rejected > 0 && (
          <>
            {feeds.length > 1 && (
              <Select
                aria-label={text.feed}
                size="small"
                style={{ width: 150 }}
                allowClear
                placeholder={text.allFeeds}
                options={feeds.map((name) => ({ value: name, label: text.feeds[name] ?? name }))}
                value={feed}
                onChange={onFeed}
              />
            )}
            {onExport?.({ runId: night.run_id, feed, total: night.rejected })}
          </>
        )
      }
    >
      {night.rejected === 0 ? (
        <p className={styles["quiet"]}>{text.noRejectsWords}</p>
      ) : mayRead ? (
        <RejectList runId={night.run_id} feed={feed} />
      ) : (
        <p className={styles["quiet"]}>{text.noRejectsRight}</p>
      )}
    </Panel>
  );
}

function RejectList({ runId, feed }: { runId: string; feed: string | undefined }) {
  const text = useNightsText();
  const rejects = useRejects(runId, feed);
  if (rejects.isPending) return <Skeleton active title={false} paragraph={{ rows: 4, width: "100%" }} />;
  if (rejects.data === undefined) return <ErrorState error={rejects.error} onRetry={() => void rejects.refetch()} />;
  const items = rejects.data.pages.flatMap((page) => page.items);
  if (items.length === 0) return <p className={styles["quiet"]}>{text.noRejectsFeed}</p>;
  return (
    <div className={styles["scroll"]}>
      <table className={styles["table"]}>
        <caption className="visually-hidden">{text.rejects}</caption>
        <thead>
          <tr>
            <th scope="col">{text.file}</th>
            <th scope="col" className={styles["figure"]}>{text.line}</th>
            <th scope="col">{text.field}</th>
            <th scope="col">{text.reason}</th>
            <th scope="col">{text.expected}</th>
            <th scope="col">{text.got}</th>
            <th scope="col"><span className="visually-hidden">{text.raw}</span></th>
          </tr>
        </thead>
        <tbody>
          {items.map((reject) => (
            <RejectRows key={reject.id} reject={reject} />
          ))}
        </tbody>
      </table>
      {rejects.hasNextPage && (
        <div className={styles["more"]}>
          <Button type="link" onClick={() => void rejects.fetchNextPage()} loading={rejects.isFetchingNextPage}>
            {text.moreRejects}
          </Button>
        </div>
      )}
    </div>
  );
}

/** A rejected row: one line a reason; the raw row opens below. */
function RejectRows({ reject }: { reject: Reject }) {
  const text = useNightsText();
  const reasons = useReasonText();
  const [open, setOpen] = useState(false);
  return (
    <>
      {reject.reasons.map((reason, index) => (
        <tr key={`${reason.code}-${reason.field}`}>
          <td>{index === 0 && <code>{reject.file}</code>}</td>
          <td className={styles["figure"]}>{index === 0 && formatCount(reject.line)}</td>
          <td>
            <code>{reason.field}</code>
          </td>
          <td className={styles["wrap"]} title={reason.code}>{reasons[reason.code] ?? reason.code}</td>
          <td className={styles["wrap"]}>{reason.expected}</td>
          <td className={styles["wrap"]}>{reason.got}</td>
          <td className={styles["figure"]}>
            {index === 0 && (
              <Button
                type="text"
                size="small"
                aria-expanded={open}
                aria-label={text.showRaw(reject.line)}
                icon={open ? <DownOutlined /> : <RightOutlined />}
                onClick={() => setOpen(!open)}
              />
            )}
          </td>
        </tr>
      ))}
      {open && (
        <tr>
          <td colSpan={7}>
            <RawRow raw={reject.raw} />
          </td>
        </tr>
      )}
    </>
  );
}

function RawRow({ raw }: { raw: Reject["raw"] }) {
  const text = useNightsText();
  return (
    <>
      <div className={styles["quiet"]}>{text.raw}</div>
      <dl className={styles["raw"]}>
        {Object.entries(raw).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value === null || value === "" ? "–" : String(value)}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
