import { Skeleton } from "antd";
import type { ReactNode } from "react";

import { useNightsText } from "../text";
import { AlertList } from "./AlertList";
import { useAlertText } from "./alertText";
import { arrivalOf } from "./arrivals";
import { Lateness } from "./ArrivalsPanel";
import { FieldTable } from "./FieldTable";
import styles from "./quality.module.css";
import { Trend } from "./QualityPage";
import { useFeedQuality, type FeedQuality } from "./qualityQuery";
import type { FeedQualitySearch } from "./search";
import { useQualityText } from "./text";
import { ValuesPanel } from "./ValuesPanel";
import { useUser } from "@/shared/api/session";
import { formatShortInstant } from "@/shared/format/dates";
import { formatCount, formatRate } from "@/shared/format/figures";
import { useShortcuts } from "@/shared/keyboard/shortcuts";
import { Panel } from "@/shared/ui/Panel";
import { EmptyState, ErrorState } from "@/shared/ui/states";

interface FeedQualityProps {
  feed: string;
  search: FeedQualitySearch;
  onSearch: (change: FeedQualitySearch) => void;
  onBack: () => void;
  /** The link back to the table. */
  back: (children: ReactNode) => ReactNode;
}

/** Which field of this feed is not as it was? */
export function FeedQualityPage({ feed, search, onSearch, onBack, back }: FeedQualityProps) {
  const text = useQualityText();
  const alerts = useAlertText();
  const names = useNightsText().feeds;
  const quality = useFeedQuality(feed);
  const fields = quality.data?.fields ?? [];
  const chosen = fields.find((one) => one.field === search.field) ?? fields.find((one) => one.bins !== null);
  const step = (by: number) => {
    const next = fields[fields.findIndex((one) => one.field === chosen?.field) + by];
    if (next !== undefined) onSearch({ field: next.field });
  };
  useShortcuts({ j: () => step(1), k: () => step(-1), Escape: onBack });
  const name = names[feed] ?? feed;
  return (
    <div className={styles["page"]}>
      <title>{`${name} · ${text.title} · 回款 Huikuan`}</title>
      <div>
        <div className={styles["quiet"]}>{back(text.back)}</div>
        <h1>
          {name} <span className={styles["headCode"]}>{feed}</span>
        </h1>
        <div className={styles["quiet"]}>{quality.data?.statement ?? "\u00a0"}</div>
      </div>
      {quality.isError ? (
        <ErrorState error={quality.error} onRetry={() => void quality.refetch()} />
      ) : quality.data === undefined ? (
        <div role="status" aria-label={text.loading} className={styles["skeleton"]}>
          <Skeleton active paragraph={{ rows: 14, width: "100%" }} />
        </div>
      ) : quality.data.series.length === 0 ? (
        <EmptyState title={name}>{text.none}</EmptyState>
      ) : (
        <div className={styles["split"]}>
          <FieldTable fields={fields} chosen={chosen?.field} onChoose={(field) => onSearch({ field })} />
          <div className={styles["side"]}>
            {quality.data.alerts.length > 0 && (
              <Panel title={alerts.title} note={alerts.note}>
                <AlertList alerts={quality.data.alerts} withDate />
              </Panel>
            )}
            <ValuesPanel field={chosen} />
            <NightsPanel feed={quality.data} />
          </div>
        </div>
      )}
    </div>
  );
}

/** The feed night by night, newest first. */
function NightsPanel({ feed }: { feed: FeedQuality }) {
  const text = useQualityText();
  const zone = useUser().bank.time_zone;
  return (
    <section className={styles["panel"]} aria-label={text.nightsTitle} tabIndex={0}>
      <table className={styles["table"]}>
        <caption className="visually-hidden">{text.nightsTitle}</caption>
        <thead>
          <tr>
            <th scope="col">{text.businessDate}</th>
            <th scope="col">{text.arrived}</th>
            <th scope="col">{text.loaded}</th>
            <th scope="col" className={styles["figure"]}>{text.rows}</th>
            <th scope="col" className={styles["figure"]}>{text.rejected}</th>
            <th scope="col" className={styles["figure"]}>{text.completeness}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <td colSpan={3} className={styles["quiet"]}>{text.rowsTrend}</td>
            <td colSpan={3}>
              <Trend feed={feed} name={text.rows} value={(one) => one.rows} words={formatCount} width={150} />
            </td>
          </tr>
          {[...feed.series].reverse().map((day) => (
            <tr key={day.run_id}>
              <th scope="row">{day.business_date}</th>
              <td><Lateness day={arrivalOf(day)} /></td>
              <td>{formatShortInstant(day.loaded_at, zone)}</td>
              <td className={styles["figure"]}>{formatCount(day.rows)}</td>
              <td className={`${styles["figure"]} ${day.rejected > 0 ? styles["bad"] : ""}`}>
                {formatCount(day.rejected)}
              </td>
              <td className={styles["figure"]}>{formatRate(day.completeness_ppm)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
