import { Skeleton } from "antd";

import styles from "./conflicts.module.css";
import { useFindingCounts, useFindings } from "./conflictsQuery";
import { FindingDetail, type PartyLink } from "./FindingDetail";
import { FindingsList } from "./FindingsList";
import { FINDING_CODES, FINDING_STATES, type ConflictsSearch } from "./search";
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

/** Which data of customers are odd, and what did people make of them? */
export function ConflictsPage({ search, onSearch, linkTo }: ConflictsProps) {
  const text = useConflictsText();
  const state = search.state ?? "open";
  const findings = useFindings(state, search.code);
  const items = findings.data?.pages.flatMap((page) => page.items) ?? [];
  const chosen = items.find((one) => one.id === search.at) ?? items[0];
  const choose = (at: number) => onSearch({ ...search, at });
  const step = (by: number) => {
    const next = items[items.findIndex((one) => one.id === chosen?.id) + by];
    if (next !== undefined) choose(next.id);
  };
  useShortcuts({ j: () => step(1), k: () => step(-1) });
  const total = findings.data?.pages[0]?.total;
  return (
    <div className={styles["page"]}>
      <title>{`${text.title} · 回款 Huikuan`}</title>
      <div>
        <h1>{text.title}</h1>
        <div className={styles["quiet"]}>{total === undefined ? "\u00a0" : text.subtitle(formatCount(total))}</div>
      </div>
      <FilterBar search={search} onSearch={onSearch} />
      {findings.isError && findings.data === undefined ? (
        <ErrorState error={findings.error} onRetry={() => void findings.refetch()} />
      ) : findings.data !== undefined && items.length === 0 ? (
        <EmptyState title={text.emptyTitle}>{text.empty}</EmptyState>
      ) : (
        <div className={styles["split"]}>
          <div className={styles["list"]} tabIndex={0} role="region" aria-label={text.list}>
            {findings.isPending ? (
              <div role="status" aria-label={text.loading} className={styles["skeleton"]}>
                <Skeleton active title={false} paragraph={{ rows: 14, width: "100%" }} />
              </div>
            ) : (
              <FindingsList
                items={items}
                chosen={chosen?.id}
                onChoose={choose}
                onMore={findings.hasNextPage ? () => void findings.fetchNextPage() : undefined}
                loadingMore={findings.isFetchingNextPage}
              />
            )}
          </div>
          {chosen !== undefined && <FindingDetail finding={chosen} linkTo={linkTo} />}
        </div>
      )}
    </div>
  );
}

function FilterBar({ search, onSearch }: Omit<ConflictsProps, "linkTo">) {
  const text = useConflictsText();
  const state = search.state ?? "open";
  const counts = useFindingCounts(state).data ?? [];
  const { code, ...others } = search;
  const kinds = FINDING_CODES.map((one) => ({ code: one, count: counts.find((row) => row.code === one)?.count ?? 0 }));
  return (
    <div className={styles["bar"]}>
      <RadioSwitch
        label={text.state}
        value={state}
        options={FINDING_STATES.map((value) => ({ value, label: text.states[value] }))}
        onChange={(value) => onSearch({ ...(code === undefined ? {} : { code }), state: value })}
      />
      <div className={styles["kinds"]} role="group" aria-label={text.kinds}>
        <button
          type="button"
          className={styles["kind"]}
          aria-pressed={code === undefined}
          onClick={() => onSearch({ ...others, at: undefined })}
        >
          {text.all}
        </button>
        {kinds
          .filter((one) => one.count > 0 || one.code === code)
          .map((one) => (
            <button
              key={one.code}
              type="button"
              className={styles["kind"]}
              aria-pressed={one.code === code}
              onClick={() => onSearch({ ...others, at: undefined, code: one.code })}
            >
              {text.findings[one.code].name} {formatCount(one.count)}
            </button>
          ))}
      </div>
    </div>
  );
}
