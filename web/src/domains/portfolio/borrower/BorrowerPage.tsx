import { Skeleton } from "antd";

import { BorrowerHead } from "./BorrowerHead";
import styles from "./BorrowerPage.module.css";
import { useBorrower } from "./borrowerQuery";
import { ContractList } from "./ContractList";
import { ContactsTab } from "./ContactsTab";
import { ExplainDrawer } from "./ExplainDrawer";
import { LoanTab } from "./LoanTab";
import { OverallTab } from "./OverallTab";
import { Quiet } from "./parts";
import { RelationsTab } from "./RelationsTab";
import { ScheduleTab } from "./ScheduleTab";
import type { BorrowerSearch, Tab } from "./search";
import { SecurityTab } from "./SecurityTab";
import type { Borrower, Note } from "./shapes";
import { TabBar } from "./TabBar";
import { useBorrowerText } from "./text";
import { TimelineTab } from "./TimelineTab";
import { problemFacts } from "@/shared/api/problem";
import { formatClock } from "@/shared/format/dates";
import { useShortcuts } from "@/shared/keyboard/shortcuts";
import { EmptyState, ErrorState, RefreshFailed } from "@/shared/ui/states";
import { useUser } from "@/shared/api/session";

export interface BorrowerProps {
  partyId: string;
  search: BorrowerSearch;
  onSearch: (change: Partial<BorrowerSearch>) => void;
  onBack: () => void;
}

/** Who is this, what is owed under which contract, since when, and who else answers for it? */
export function BorrowerPage({ partyId, search, onSearch, onBack }: BorrowerProps) {
  const text = useBorrowerText();
  const { bank } = useUser();
  const query = useBorrower(partyId, search.as_of);
  if (query.data === undefined) {
    if (!query.isError) return <PageSkeleton />;
    const { status, code } = problemFacts(query.error);
    if (code === "portfolio.no_night") return <EmptyState title={text.noNightTitle}>{text.noNight}</EmptyState>;
    if (status === 404) return <EmptyState title={text.missingTitle}>{text.missing}</EmptyState>;
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  }
  return (
    <>
      {query.isError && (
        <RefreshFailed
          at={formatClock(new Date(query.dataUpdatedAt).toISOString(), bank.time_zone)}
          onRetry={() => void query.refetch()}
        />
      )}
      <Loaded
        key={partyId}
        borrower={query.data}
        search={search}
        onSearch={onSearch}
        onBack={onBack}
        waiting={query.isPlaceholderData}
      />
    </>
  );
}

interface LoadedProps extends Omit<BorrowerProps, "partyId"> {
  borrower: Borrower;
  waiting: boolean;
}

function Loaded({ borrower, search, onSearch, onBack, waiting }: LoadedProps) {
  const text = useBorrowerText();
  const notes = borrower.contracts.flatMap((contract) => contract.notes);
  const chosen = notes.find((note) => note.note_id === search.note) ?? notes[0];
  const tab = search.tab ?? "loan";
  const step = (by: number) => {
    const next = notes[notes.findIndex((note) => note.note_id === chosen?.note_id) + by];
    if (next !== undefined) onSearch({ note: next.note_id });
  };
  const explain = () => chosen !== undefined && onSearch({ explain: true });
  useShortcuts({
    j: () => step(1),
    k: () => step(-1),
    e: explain,
    Escape: () => (search.explain ? onSearch({ explain: undefined }) : onBack()),
  });
  return (
    <div className={waiting ? `${styles["page"]} ${styles["stale"]}` : styles["page"]} aria-busy={waiting}>
      <title>{`${text.title(borrower.name)} · 回款 Huikuan`}</title>
      <BorrowerHead borrower={borrower} search={search} onSearch={onSearch} onBack={onBack} />
      <div className={styles["split"]}>
        <ContractList borrower={borrower} chosen={chosen?.note_id} onChoose={(note) => onSearch({ note })} />
        <div className={styles["right"]}>
          <TabBar
            tab={tab}
            onTab={(next) => onSearch({ tab: next === "loan" ? undefined : next })}
            onExplain={chosen === undefined ? undefined : explain}
          />
          <div className={styles["body"]} role="tabpanel" aria-label={text.tabs[tab]} tabIndex={0}>
            <TabBody tab={tab} borrower={borrower} note={chosen} search={search} onSearch={onSearch} />
          </div>
        </div>
      </div>
      {chosen !== undefined && (
        <ExplainDrawer
          open={search.explain === true}
          noteId={chosen.note_id}
          borrower={borrower}
          asOf={search.as_of}
          onAsOf={(as_of) => onSearch({ as_of })}
          onClose={() => onSearch({ explain: undefined })}
        />
      )}
    </div>
  );
}

interface TabBodyProps {
  tab: Tab;
  borrower: Borrower;
  note: Note | undefined;
  search: BorrowerSearch;
  onSearch: (change: Partial<BorrowerSearch>) => void;
}

function TabBody({ tab, borrower, note, search, onSearch }: TabBodyProps) {
  const text = useBorrowerText();
  if (tab === "overall") return <OverallTab partyId={borrower.party_id} search={search} onSearch={onSearch} />;
  if (tab === "contacts") return <ContactsTab borrower={borrower} />;
  if (tab === "security") return <SecurityTab borrower={borrower} />;
  if (tab === "relations") return <RelationsTab borrower={borrower} />;
  if (tab === "timeline") return <TimelineTab borrower={borrower} />;
  if (note === undefined) return <Quiet>{text.noContractsWhy}</Quiet>;
  return tab === "schedule" ? <ScheduleTab note={note} /> : <LoanTab borrower={borrower} note={note} />;
}

function PageSkeleton() {
  const text = useBorrowerText();
  return (
    <div className={styles["page"]} role="status" aria-label={text.loading}>
      <Skeleton active title paragraph={{ rows: 1 }} />
      <div className={styles["split"]}>
        <div className={styles["left"]} style={{ padding: 16 }}>
          <Skeleton active title={false} paragraph={{ rows: 8, width: "100%" }} />
        </div>
        <div className={styles["right"]} style={{ padding: 16 }}>
          <Skeleton active title={false} paragraph={{ rows: 14, width: "100%" }} />
        </div>
      </div>
    </div>
  );
}
