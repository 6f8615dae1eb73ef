import { Skeleton } from "antd";
import type { ReactNode } from "react";

import { ConflictDetail } from "./ConflictDetail";
import { ConflictList } from "./ConflictList";
import styles from "./conflicts.module.css";
import { useConflicts, useFindingCounts, useFindings, useMerges } from "./conflictsQuery";
import { FindingDetail, type PartyLink } from "./FindingDetail";
import { FindingsList } from "./FindingsList";
import { KindFilter } from "./KindFilter";
import type { ListProps } from "./ListTable";
import { MergeDetail } from "./MergeDetail";
import { MergeList } from "./MergeList";
import { useMergeText } from "./mergeText";
import {
  CONFLICT_FIELDS,
  CONFLICT_STATES,
  EVIDENCE,
  FINDING_CODES,
  FINDING_STATES,
  MERGE_STATES,
  type ConflictsSearch,
} from "./search";
import { useConflictsText } from "./text";
import { formatCount } from "@/shared/format/figures";
import { useShortcuts } from "@/shared/keyboard/shortcuts";
import { RadioSwitch } from "@/shared/ui/RadioSwitch";
import { EmptyState, ErrorState } from "@/shared/ui/states";

interface ConflictsProps {
  search: ConflictsSearch;
  onSearch: (change: ConflictsSearch) => void;
  /** The link to a customer. */
  linkTo: PartyLink;
}

/** Which data of customers are odd or contradict each other, and what did people make of them? */
export function ConflictsPage(props: ConflictsProps) {
  if (props.search.view === "findings") return <Findings {...props} />;
  return props.search.view === "merges" ? <Merges {...props} /> : <Conflicts {...props} />;
}

function Conflicts({ search, onSearch, linkTo }: ConflictsProps) {
  const text = useConflictsText();
  const state = search.conflicts ?? "open";
  const query = useConflicts(state, search.field);
  return (
    <Queue
      query={query}
      search={search}
      onSearch={onSearch}
      empty={<EmptyState title={text.emptyConflicts}>{text.emptyConflictsWhy}</EmptyState>}
      filters={
        <>
          <RadioSwitch
            label={text.state}
            value={state}
            options={CONFLICT_STATES.map((value) => ({ value, label: text.conflictStates[value] }))}
            onChange={(conflicts) => onSearch({ ...search, at: undefined, conflicts })}
          />
          <KindFilter
            kinds={CONFLICT_FIELDS.map((kind) => ({ kind, label: text.fields[kind] }))}
            chosen={search.field}
            onChoose={(field) => onSearch({ ...search, at: undefined, field })}
          />
        </>
      }
      list={(list) => <ConflictList {...list} />}
      detail={(chosen) => <ConflictDetail key={chosen.id} conflict={chosen} linkTo={linkTo} />}
    />
  );
}

function Findings({ search, onSearch, linkTo }: ConflictsProps) {
  const text = useConflictsText();
  const state = search.state ?? "open";
  const query = useFindings(state, search.code);
  const counts = new Map((useFindingCounts(state).data ?? []).map((row) => [row.code, row.count]));
  const codes = FINDING_CODES.filter((code) => counts.has(code) || code === search.code);
  return (
    <Queue
      query={query}
      search={search}
      onSearch={onSearch}
      empty={<EmptyState title={text.emptyTitle}>{text.empty}</EmptyState>}
      filters={
        <>
          <RadioSwitch
            label={text.state}
            value={state}
            options={FINDING_STATES.map((value) => ({ value, label: text.states[value] }))}
            onChange={(value) => onSearch({ ...search, at: undefined, state: value })}
          />
          <KindFilter
            kinds={codes.map((kind) => ({
              kind,
              label: `${text.findings[kind].name} ${formatCount(counts.get(kind) ?? 0)}`,
            }))}
            chosen={search.code}
            onChoose={(code) => onSearch({ ...search, at: undefined, code })}
          />
        </>
      }
      list={(list) => <FindingsList {...list} />}
      detail={(chosen) => <FindingDetail finding={chosen} linkTo={linkTo} />}
    />
  );
}

function Merges({ search, onSearch, linkTo }: ConflictsProps) {
  const { state: stateName } = useConflictsText();
  const text = useMergeText();
  const state = search.merges ?? "open";
  const query = useMerges(state, search.evidence);
  return (
    <Queue
      query={query}
      search={search}
      onSearch={onSearch}
      empty={<EmptyState title={text.emptyTitle}>{text.empty}</EmptyState>}
      filters={
        <>
          <RadioSwitch
            label={stateName}
            value={state}
            options={MERGE_STATES.map((value) => ({ value, label: text.states[value] }))}
            onChange={(merges) => onSearch({ ...search, at: undefined, merges })}
          />
          <KindFilter
            kinds={EVIDENCE.map((kind) => ({ kind, label: text.evidence[kind].name }))}
            chosen={search.evidence}
            onChoose={(evidence) => onSearch({ ...search, at: undefined, evidence })}
          />
        </>
      }
      list={(list) => <MergeList {...list} />}
      detail={(chosen) => <MergeDetail key={`${chosen.id} ${chosen.state}`} merge={chosen} linkTo={linkTo} />}
    />
  );
}

interface Pages<Item> {
  data: { pages: { items: Item[]; total: number }[] } | undefined;
  isError: boolean;
  error: unknown;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  refetch: () => unknown;
  fetchNextPage: () => unknown;
}

interface QueueProps<Item extends { id: number }> {
  query: Pages<Item>;
  search: ConflictsSearch;
  onSearch: (change: ConflictsSearch) => void;
  filters: ReactNode;
  empty: ReactNode;
  list: (props: ListProps<Item>) => ReactNode;
  detail: (item: Item) => ReactNode;
}

/** The frame of both views: title, filters, the list, and what is chosen beside it. */
function Queue<Item extends { id: number }>({ query, search, onSearch, filters, empty, list, detail }: QueueProps<Item>) {
  const text = useConflictsText();
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const chosen = items.find((one) => one.id === search.at) ?? items[0];
  const choose = (at: number) => onSearch({ ...search, at });
  const step = (by: number) => {
    const next = items[items.findIndex((one) => one.id === chosen?.id) + by];
    if (next !== undefined) choose(next.id);
  };
  useShortcuts({ j: () => step(1), k: () => step(-1) });
  const total = query.data?.pages[0]?.total;
  const more = query.hasNextPage ? () => void query.fetchNextPage() : undefined;
  return (
    <div className={styles["page"]}>
      <title>{`${text.title} · 回款 Huikuan`}</title>
      <div>
        <h1>{text.title}</h1>
        <div className={styles["quiet"]}>{total === undefined ? "\u00a0" : text.subtitle(formatCount(total))}</div>
      </div>
      <div className={styles["bar"]}>
        <RadioSwitch
          label={text.view}
          value={search.view ?? "conflicts"}
          options={(["conflicts", "findings", "merges"] as const).map((value) => ({ value, label: text.views[value] }))}
          onChange={(view) => onSearch(view === "conflicts" ? {} : { view })}
        />
        {filters}
      </div>
      {query.isError && query.data === undefined ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : query.data !== undefined && items.length === 0 ? (
        empty
      ) : (
        <div className={styles["split"]}>
          <div className={styles["list"]} tabIndex={0} role="region" aria-label={text.list}>
            {query.data === undefined ? (
              <div role="status" aria-label={text.loading} className={styles["skeleton"]}>
                <Skeleton active title={false} paragraph={{ rows: 14, width: "100%" }} />
              </div>
            ) : (
              list({ items, chosen: chosen?.id, onChoose: choose, onMore: more, loadingMore: query.isFetchingNextPage })
            )}
          </div>
          {chosen !== undefined && detail(chosen)}
        </div>
      )}
    </div>
  );
}
