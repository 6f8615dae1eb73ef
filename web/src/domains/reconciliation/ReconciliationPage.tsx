import { DownloadOutlined } from "@ant-design/icons";
import { Button, DatePicker, Skeleton } from "antd";
import dayjs from "dayjs";
import { useState, type ReactNode } from "react";

import { AgeSteps } from "./AgeSteps";
import { DeclarationsButton } from "./DeclarationsDrawer";
import { DifferencesPanel } from "./DifferencesPanel";
import styles from "./reconciliation.module.css";
import { useDay, workbookAddress, type Day, type DayAnswer } from "./reconciliationQuery";
import type { ReconciliationSearch } from "./search";
import { SignOffPanel } from "./SignOffPanel";
import { SummaryTable } from "./SummaryTable";
import { useReconciliationText } from "./text";
import { problemFacts } from "@/shared/api/problem";
import { useUser } from "@/shared/api/session";
import { formatCount, formatRate, sharePpm } from "@/shared/format/figures";
import { localName } from "@/shared/i18n/language";
import { useLanguage } from "@/shared/i18n/text";
import { EmptyState, ErrorState, NoticeStrip } from "@/shared/ui/states";

export interface ReconciliationProps {
  search: ReconciliationSearch;
  onSearch: (change: Partial<ReconciliationSearch>) => void;
  /** Opens the page of a customer at a note. */
  onBorrower: (partyId: string, noteId: string) => void;
  /** The link to it. */
  linkTo: (partyId: string, noteId: string, children: ReactNode) => ReactNode;
}

/** Does the core owe the same as we compute, what differs since when, and who signed the day? */
export function ReconciliationPage(props: ReconciliationProps) {
  const { search, onSearch } = props;
  const text = useReconciliationText();
  const { language } = useLanguage();
  const { bank } = useUser();
  const query = useDay(search.as_of);
  const found = query.data;
  if (found === undefined) {
    if (!query.isError) return <PageSkeleton />;
    if (problemFacts(query.error).code === "portfolio.no_night") {
      return <EmptyState title={text.emptyTitle}>{text.empty}</EmptyState>;
    }
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  }
  const { day } = found;
  return (
    <div className={styles["page"]} aria-busy={query.isPlaceholderData}>
      <title>{`${text.title} · ${day.business_date} · 回款 Huikuan`}</title>
      <div className={styles["head"]}>
        <div>
          <h1>{text.title}</h1>
          <div className={styles["quiet"]}>{text.scope(localName(language, bank), day.business_date)}</div>
        </div>
        <div className={styles["actions"]}>
          <DatePicker
            aria-label={text.asOf}
            style={{ width: 140 }}
            placeholder={text.latest}
            value={search.as_of === undefined ? null : dayjs(search.as_of)}
            minDate={dayjs(day.first_on)}
            maxDate={dayjs(day.last_on)}
            defaultPickerValue={dayjs(day.last_on)}
            showNow={false}
            onChange={(picked) => onSearch({ as_of: picked?.format("YYYY-MM-DD"), at: undefined })}
          />
          <DeclarationsButton />
          <Button icon={<DownloadOutlined />} href={workbookAddress(search, language)} disabled={!day.latest}>
            {text.workbook}
          </Button>
        </div>
      </div>
      <Body found={found} {...props} />
    </div>
  );
}

function Body({ found, ...props }: ReconciliationProps & { found: DayAnswer }) {
  const text = useReconciliationText();
  const { search, onSearch } = props;
  const { day } = found;
  const [wide, setWide] = useState(false);
  const compared = day.cells.some((cell) => cell.compared > 0);
  return (
    <>
      {!compared && (
        <NoticeStrip tone="warn">
          <strong>{text.nothingTitle}</strong> {text.nothing}
        </NoticeStrip>
      )}
      {!day.latest && <NoticeStrip tone="info">{text.notLatest(day.last_on)}</NoticeStrip>}
      <div className={styles["top"]}>
        <Facts day={day} />
        {day.latest && <AgeSteps day={day} age={search.age} onAge={(age) => onSearch({ age, at: undefined })} />}
        <SignOffPanel key={day.run_id} found={found} />
      </div>
      <div className={wide || !day.latest ? styles["whole"] : styles["split"]}>
        <SummaryTable
          day={day}
          wide={wide || !day.latest}
          onWide={day.latest ? setWide : undefined}
          product={search.product}
          component={search.component}
          onChoose={(product, component) => onSearch({ product, component, at: undefined })}
        />
        {day.latest && !wide && <DifferencesPanel {...props} mayDecide={found.may_decide} />}
      </div>
    </>
  );
}

function Facts({ day }: { day: Day }) {
  const text = useReconciliationText();
  const sum = (name: "compared" | "equal" | "tolerated" | "different" | "declared") =>
    day.cells.reduce((total, cell) => total + cell[name], 0);
  const compared = sum("compared");
  const facts: [string, string][] = [
    [text.facts.compared, formatCount(compared)],
    [text.facts.equal, formatRate(sharePpm(sum("equal"), compared))],
    [text.facts.tolerated, formatCount(sum("tolerated"))],
    [text.facts.different, formatCount(sum("different"))],
    [text.facts.declared, formatCount(sum("declared"))],
  ];
  if (day.notes_held !== null) {
    facts.push([text.facts.held, formatCount(day.notes_held)]);
    facts.push([text.facts.moved, `${formatCount(day.opened)} / ${formatCount(day.closed)}`]);
  }
  return (
    <dl className={styles["facts"]}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function PageSkeleton() {
  const text = useReconciliationText();
  return (
    <div className={styles["page"]} role="status" aria-label={text.loading}>
      <Skeleton active title paragraph={{ rows: 2 }} />
      <Skeleton active title={false} paragraph={{ rows: 12, width: "100%" }} />
    </div>
  );
}
