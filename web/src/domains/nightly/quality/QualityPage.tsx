import { DownloadOutlined } from "@ant-design/icons";
import { Button, Skeleton } from "antd";
import type { ReactNode } from "react";

import { useNightsText } from "../text";
import { AlertMark } from "./AlertList";
import { ArrivalsPanel } from "./ArrivalsPanel";
import styles from "./quality.module.css";
import { NIGHTS, reportAddress, useQuality, type FeedDay, type FeedSeries } from "./qualityQuery";
import { RenumberingsPanel } from "./RenumberingsPanel";
import type { QualitySearch } from "./search";
import { Sparkline } from "./Sparkline";
import { useQualityText } from "./text";
import { formatCount, formatRate } from "@/shared/format/figures";
import { useLanguage } from "@/shared/i18n/text";
import { useShortcuts } from "@/shared/keyboard/shortcuts";
import { Definition } from "@/shared/ui/Definition";
import { useRowInView } from "@/shared/ui/rowInView";
import { EmptyState, ErrorState } from "@/shared/ui/states";

interface QualityProps {
  search: QualitySearch;
  onSearch: (change: QualitySearch) => void;
  onOpen: (feed: string) => void;
  /** The link to a feed's page. */
  linkTo: (feed: string, children: ReactNode) => ReactNode;
}

/** Does what the core sends look as it did in the nights before? */
export function QualityPage({ search, onSearch, onOpen, linkTo }: QualityProps) {
  const text = useQualityText();
  const quality = useQuality();
  const feeds = quality.data ?? [];
  const place = feeds.findIndex((row) => row.feed === search.at);
  const step = (by: number) => {
    const next = feeds[place === -1 ? 0 : place + by];
    if (next !== undefined) onSearch({ at: next.feed });
  };
  useShortcuts({
    j: () => step(1),
    k: () => step(-1),
    Enter: () => {
      if (search.at !== undefined) onOpen(search.at);
    },
  });
  const dates = new Set(feeds.flatMap((feed) => feed.series.map((day) => day.business_date)));
  const last = [...dates].sort().at(-1) ?? "";
  return (
    <div className={styles["page"]}>
      <title>{`${text.title} · 回款 Huikuan`}</title>
      <div className={styles["head"]}>
        <div>
          <h1>{text.title}</h1>
          <div className={styles["quiet"]}>
            {feeds.length === 0 ? "\u00a0" : text.subtitle(formatCount(feeds.length), formatCount(dates.size), last)}
          </div>
        </div>
        <Reports months={[...new Set([...dates].map((date) => date.slice(0, 7)))].sort().reverse().slice(0, 2)} />
      </div>
      {quality.isError ? (
        <ErrorState error={quality.error} onRetry={() => void quality.refetch()} />
      ) : quality.data?.length === 0 ? (
        <EmptyState title={text.emptyTitle}>{text.empty}</EmptyState>
      ) : (
        <div className={styles["panel"]} tabIndex={0} role="region" aria-label={text.list}>
          {quality.isPending ? (
            <div role="status" aria-label={text.loading} className={styles["skeleton"]}>
              <Skeleton active title={false} paragraph={{ rows: 12, width: "100%" }} />
            </div>
          ) : (
            <FeedTable feeds={feeds} last={last} at={search.at} linkTo={linkTo} />
          )}
        </div>
      )}
      <div className={styles["pair"]}>
        <ArrivalsPanel feeds={feeds} />
        <RenumberingsPanel />
      </div>
    </div>
  );
}

/** Buttons that take the report of a month, the latest first. */
function Reports({ months }: { months: string[] }) {
  const text = useQualityText();
  const { language } = useLanguage();
  return (
    <div className={styles["actions"]}>
      {months.map((month) => (
        <Button key={month} icon={<DownloadOutlined />} href={reportAddress(month, language)} download>
          {text.report(month)}
        </Button>
      ))}
    </div>
  );
}

interface TableProps {
  feeds: FeedSeries[];
  /** Last business date of any feed. */
  last: string;
  at: string | undefined;
  linkTo: QualityProps["linkTo"];
}

function FeedTable({ feeds, last, at, linkTo }: TableProps) {
  const text = useQualityText();
  return (
    <table className={styles["table"]}>
      <caption className="visually-hidden">{text.list}</caption>
      <thead>
        <tr>
          <th scope="col">{text.feed}</th>
          <th scope="col">{text.last}</th>
          <th scope="col" className={styles["figure"]}>{text.rows}</th>
          <th scope="col">{text.rowsTrend}</th>
          <th scope="col">{text.alerts}</th>
          <th scope="col" className={styles["figure"]}>{text.rejected}</th>
          <th scope="col" className={styles["figure"]}>
            {text.completeness}
            <Definition name={text.completeness}>{text.completenessDefinition}</Definition>
          </th>
          <th scope="col">{text.completenessTrend}</th>
          <th scope="col" className={styles["figure"]}>
            {text.validity}
            <Definition name={text.validity}>{text.validityDefinition}</Definition>
          </th>
          <th scope="col">{text.validityTrend}</th>
        </tr>
      </thead>
      <tbody>
        {feeds.map((feed) => (
          <FeedRow key={feed.feed} feed={feed} last={last} current={feed.feed === at} linkTo={linkTo} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  feed: FeedSeries;
  last: string;
  current: boolean;
  linkTo: QualityProps["linkTo"];
}

function FeedRow({ feed, last, current, linkTo }: RowProps) {
  const text = useQualityText();
  const feeds = useNightsText().feeds;
  const line = useRowInView(current);
  const name = feeds[feed.feed] ?? feed.feed;
  const day = feed.series.at(-1);
  if (day === undefined) return null;
  return (
    <tr ref={line} className={current ? styles["current"] : undefined} aria-current={current ? "true" : undefined}>
      <th scope="row">
        {linkTo(feed.feed, name)}
        <span className={styles["code"]}>{feed.feed}</span>
        {feed.optional && <span className={styles["code"]}>{text.optional}</span>}
      </th>
      <td>
        {day.business_date}
        {day.business_date !== last && <span className={styles["mark"]}>{text.notToday}</span>}
      </td>
      <td className={styles["figure"]}>{formatCount(day.rows)}</td>
      <td><Trend feed={feed} name={text.rows} value={(one) => one.rows} words={formatCount} /></td>
      <td><AlertMark alerts={feed.alerts} /></td>
      <td className={`${styles["figure"]} ${day.rejected > 0 ? styles["bad"] : ""}`}>{formatCount(day.rejected)}</td>
      <td className={styles["figure"]}>{formatRate(day.completeness_ppm)}</td>
      <td><Trend feed={feed} name={text.completeness} value={(one) => one.completeness_ppm} words={formatRate} width={60} /></td>
      <td className={styles["figure"]}>{formatRate(day.validity_ppm)}</td>
      <td><Trend feed={feed} name={text.validity} value={(one) => one.validity_ppm} words={formatRate} width={60} /></td>
    </tr>
  );
}

interface TrendProps {
  feed: { series: FeedDay[] };
  name: string;
  value: (day: FeedDay) => number | null;
  words: (value: number) => string;
  width?: number;
}

/** A figure of a feed over the nights. */
export function Trend({ feed, name, value, words, width }: TrendProps) {
  const text = useQualityText();
  const values = feed.series.slice(-NIGHTS).map(value);
  const known = values.filter((one) => one !== null);
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return <span className={styles["quiet"]}>–</span>;
  const label = text.trend(name, words(first), words(last), formatCount(known.length));
  return <Sparkline values={values} label={label} width={width} />;
}
