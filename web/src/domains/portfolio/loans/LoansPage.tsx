import { Button, Skeleton } from "antd";
import { useState } from "react";

import { workbookColumns } from "./columns";
import { ColumnsMenu } from "./ColumnsMenu";
import { FilterBar } from "./FilterBar";
import { LoanList } from "./LoanList";
import styles from "./LoansPage.module.css";
import { useLoans, useLoansSummary } from "./loansQuery";
import { queryOf, type LoansSearch } from "./search";
import { sentenceOf, type Names } from "./sentence";
import { useLoansText } from "./text";
import { useColumns } from "./useColumns";
import { useNames } from "./useNames";
import { ViewsMenu } from "./ViewsMenu";
import { ExportButton } from "@/domains/portfolio/exports/ExportButton";
import { problemFacts } from "@/shared/api/problem";
import { useUser } from "@/shared/api/session";
import { formatClock } from "@/shared/format/dates";
import { localName } from "@/shared/i18n/language";
import { useLanguage } from "@/shared/i18n/text";
import { useShortcuts } from "@/shared/keyboard/shortcuts";
import { EmptyState, ErrorState, NoticeStrip, RefreshFailed } from "@/shared/ui/states";

export interface LoansProps {
  search: LoansSearch;
  /** Replaces the whole state of the address. */
  onSearch: (search: LoansSearch) => void;
  hrefOf: (partyId: string, noteId: string) => string;
  onOpen: (partyId: string, noteId: string) => void;
}

/** Which notes are in arrears, how much do they owe, and whose are they? */
export function LoansPage(props: LoansProps) {
  const { search, onSearch } = props;
  const text = useLoansText();
  const names = useNames();
  const loans = useLoans(search);
  const { bank } = useUser();
  const [adding, setAdding] = useState(false);
  const choice = useColumns();
  const change = (part: Partial<LoansSearch>) => onSearch({ ...search, ...part });
  useShortcuts({ f: () => setAdding(true) });
  const pages = loans.data?.pages;
  const retry = () => void loans.refetch();
  const failed = loans.error !== null;
  const first = pages?.[0];
  return (
    <>
      <title>{`${text.title} · 回款 Huikuan`}</title>
      {failed && pages !== undefined && !loans.isPlaceholderData && (
        <RefreshFailed at={formatClock(new Date(loans.dataUpdatedAt).toISOString(), bank.time_zone)} onRetry={retry} />
      )}
      {pages !== undefined && new Set(pages.map((page) => page.business_date)).size > 1 && (
        <NoticeStrip tone="warn" action={<Button size="small" onClick={retry}>{text.reload}</Button>}>
          {text.newer}
        </NoticeStrip>
      )}
      {first !== undefined && first.published_date !== null && first.business_date !== first.published_date && (
        <NoticeStrip tone="warn" action={<Button size="small" onClick={retry}>{text.reload}</Button>}>
          {text.behind(first.business_date, first.published_date)}
        </NoticeStrip>
      )}
      <div className={styles["page"]}>
        <Head search={search} date={first?.business_date} onSearch={onSearch} choice={choice} />
        <FilterBar search={search} names={names} onChange={change} adding={adding} onAdding={setAdding} />
        <Body {...props} loans={loans} names={names} choice={choice} />
      </div>
    </>
  );
}

interface HeadProps {
  search: LoansSearch;
  date: string | null | undefined;
  onSearch: (search: LoansSearch) => void;
  choice: ReturnType<typeof useColumns>;
}

function Head({ search, date, onSearch, choice }: HeadProps) {
  const text = useLoansText();
  const { language } = useLanguage();
  const user = useUser();
  const summary = useLoansSummary(search);
  return (
    <div className={styles["head"]}>
      <h1>
        {text.title}
        <span className={styles["dot"]}>·</span>
        {localName(language, user.institution ?? user.bank)}
        {date !== undefined && date !== null && (
          <>
            <span className={styles["dot"]}>·</span>
            <span className="tabular">{text.asOf(date)}</span>
          </>
        )}
      </h1>
      <ViewsMenu search={search} onView={onSearch} />
      <ColumnsMenu choice={choice} />
      <ExportButton query={queryOf(search)} total={summary.data?.notes} columns={workbookColumns(choice.columns)} />
    </div>
  );
}

interface BodyProps extends LoansProps {
  loans: ReturnType<typeof useLoans>;
  names: Names;
  choice: ReturnType<typeof useColumns>;
}

function Body(props: BodyProps) {
  const { loans, search, onSearch } = props;
  const text = useLoansText();
  if (loans.isPending) return <LoansSkeleton />;
  if (loans.data === undefined || (loans.isError && loans.isPlaceholderData)) {
    return <Failed error={loans.error} search={search} onSearch={onSearch} onRetry={() => void loans.refetch()} />;
  }
  const [first] = loans.data.pages;
  if (first?.items.length === 0) {
    if (first.business_date === null) return <EmptyState title={text.noNightTitle}>{text.noNight}</EmptyState>;
    const asked = Object.keys(queryOf({ ...search, sort: undefined })).length > 0;
    return (
      <EmptyState
        title={asked ? text.emptyTitle : text.nothingTitle}
        action={asked && <Button onClick={() => onSearch({ sort: search.sort })}>{text.clearAll}</Button>}
      >
        {asked ? text.empty : text.nothing}
      </EmptyState>
    );
  }
  return <LoanList {...props} sentence={sentenceOf(search, text, props.names)} />;
}

function Failed({ error, search, onSearch, onRetry }: { error: unknown; search: LoansSearch; onSearch: (search: LoansSearch) => void; onRetry: () => void }) {
  const text = useLoansText();
  if (problemFacts(error).status === 404 && search.institution !== undefined) {
    const clear = () => onSearch({ ...search, institution: undefined });
    return (
      <EmptyState title={text.institutionMissingTitle} action={<Button onClick={clear}>{text.clearAll}</Button>}>
        {text.institutionMissing}
      </EmptyState>
    );
  }
  return <ErrorState error={error} onRetry={onRetry} />;
}

function LoansSkeleton() {
  const text = useLoansText();
  return (
    <div role="status" aria-label={text.loading} className={styles["list"]} style={{ padding: 16 }}>
      <Skeleton active title={false} paragraph={{ rows: 18, width: "100%" }} />
    </div>
  );
}
