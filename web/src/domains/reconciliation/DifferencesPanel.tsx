import { Button, Skeleton, Tag } from "antd";

import { DifferenceDetail } from "./DifferenceDetail";
import { useFigures } from "./figures";
import styles from "./reconciliation.module.css";
import type { ReconciliationProps } from "./ReconciliationPage";
import { useDifferences, type Difference } from "./reconciliationQuery";
import { SHOWN, type Shown } from "./search";
import { useReconciliationText } from "./text";
import { formatCount } from "@/shared/format/figures";
import { useShortcuts } from "@/shared/keyboard/shortcuts";
import { RadioSwitch } from "@/shared/ui/RadioSwitch";
import { useRowInView } from "@/shared/ui/rowInView";
import { EmptyState, ErrorState } from "@/shared/ui/states";

interface PanelProps extends ReconciliationProps {
  mayDecide: boolean;
}

const keyOf = (row: Difference) => `${row.note_id}:${row.component}`;

/** The differences of the filter, the oldest first, and the one that is looked at. */
export function DifferencesPanel({ search, onSearch, onBorrower, linkTo, mayDecide }: PanelProps) {
  const text = useReconciliationText();
  const query = useDifferences(search);
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const place = rows.findIndex((row) => keyOf(row) === search.at);
  const chosen = rows[place];
  const step = (by: number) => {
    const next = rows[place === -1 ? 0 : place + by];
    if (next !== undefined) onSearch({ at: keyOf(next) });
  };
  useShortcuts({
    j: () => step(1),
    k: () => step(-1),
    Enter: () => {
      if (chosen !== undefined) onBorrower(chosen.party_id, chosen.note_id);
    },
    Escape: () => onSearch({ at: undefined }),
  });
  const total = query.data?.pages[0]?.total;
  return (
    <section className={styles["box"]} aria-label={text.differences}>
      <PanelHead total={total} search={search} onSearch={onSearch} />
      {query.isError && query.data === undefined ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : query.isPending ? (
        <div role="status" aria-label={text.loading} className={styles["pad"]}>
          <Skeleton active title={false} paragraph={{ rows: 8, width: "100%" }} />
        </div>
      ) : rows.length === 0 ? (
        <Nothing onSearch={onSearch} />
      ) : (
        <div className={styles["scroll"]} tabIndex={0} role="group" aria-label={text.differences}>
          <DifferenceTable rows={rows} at={search.at} onAt={(at) => onSearch({ at })} linkTo={linkTo} />
          {query.hasNextPage && (
            <div className={styles["more"]}>
              <Button size="small" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                {text.more}
              </Button>
            </div>
          )}
        </div>
      )}
      {chosen !== undefined && (
        <DifferenceDetail key={keyOf(chosen)} row={chosen} mayDecide={mayDecide} linkTo={linkTo} />
      )}
    </section>
  );
}

type Filter = Pick<ReconciliationProps, "search" | "onSearch">;

function PanelHead({ total, search, onSearch }: Filter & { total: number | undefined }) {
  const text = useReconciliationText();
  return (
    <h2 className={styles["boxHead"]}>
      {text.differences}
      <span className={styles["quiet"]}>{total === undefined ? "" : text.total(formatCount(total))}</span>
      <Chips search={search} onSearch={onSearch} />
      <span className={styles["push"]}>
        <RadioSwitch<Shown>
          label={text.showLabel}
          value={search.show ?? "open"}
          options={SHOWN.map((value) => ({ value, label: text.shows[value] ?? value }))}
          onChange={(value) => onSearch({ show: value === "open" ? undefined : value, at: undefined })}
        />
      </span>
    </h2>
  );
}

function Nothing({ onSearch }: Pick<ReconciliationProps, "onSearch">) {
  const text = useReconciliationText();
  const all = { product: undefined, component: undefined, show: undefined, age: undefined };
  return (
    <EmptyState title={text.noneTitle} action={<Button onClick={() => onSearch(all)}>{text.clear}</Button>}>
      {text.none}
    </EmptyState>
  );
}

function Chips({ search, onSearch }: Filter) {
  const text = useReconciliationText();
  return (
    <>
      {search.product !== undefined && (
        <Tag closable onClose={() => onSearch({ product: undefined, at: undefined })}>{search.product}</Tag>
      )}
      {search.component !== undefined && (
        <Tag closable onClose={() => onSearch({ component: undefined, at: undefined })}>
          {text.components[search.component]}
        </Tag>
      )}
      {search.age !== undefined && (
        <Tag closable onClose={() => onSearch({ age: undefined, at: undefined })}>{text.aged(String(search.age))}</Tag>
      )}
    </>
  );
}

interface TableProps {
  rows: Difference[];
  at: string | undefined;
  onAt: (at: string) => void;
  linkTo: ReconciliationProps["linkTo"];
}

function DifferenceTable({ rows, at, onAt, linkTo }: TableProps) {
  const text = useReconciliationText();
  return (
    <table className={`${styles["table"]} ${styles["selectable"]}`}>
      <caption className="visually-hidden">{text.differences}</caption>
      <thead>
        <tr>
          <th scope="col">{text.note}</th>
          <th scope="col">{text.component}</th>
          <th scope="col" className={styles["figure"]}>{text.ours}</th>
          <th scope="col" className={styles["figure"]}>{text.core}</th>
          <th scope="col" className={styles["figure"]}>{text.difference}</th>
          <th scope="col">{text.since}</th>
          <th scope="col" className={styles["figure"]}>{text.agedays}</th>
          <th scope="col">{text.finding}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <DifferenceRow key={keyOf(row)} row={row} current={keyOf(row) === at} onAt={onAt} linkTo={linkTo} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  row: Difference;
  current: boolean;
  onAt: (at: string) => void;
  linkTo: ReconciliationProps["linkTo"];
}

function DifferenceRow({ row, current, onAt, linkTo }: RowProps) {
  const text = useReconciliationText();
  const { shown, signed } = useFigures();
  const line = useRowInView(current);
  return (
    <tr
      ref={line}
      className={current ? styles["chosen"] : undefined}
      aria-current={current ? "true" : undefined}
      onClick={() => onAt(keyOf(row))}
    >
      <th scope="row">{linkTo(row.party_id, row.note_id, row.note_id)}</th>
      <td>{text.components[row.component] ?? row.component}</td>
      <td className={styles["figure"]}>{shown(row.unit, row.ours)}</td>
      <td className={styles["figure"]}>{shown(row.unit, row.core)}</td>
      <td className={styles["figure"]}>{signed(row.unit === "date" ? "days" : row.unit, row.difference)}</td>
      <td>{row.first_seen_on}</td>
      <td className={styles["figure"]}>{row.age_days}</td>
      <td><Finding row={row} /></td>
    </tr>
  );
}

/** What was found, by shape and word. */
export function Finding({ row }: { row: Difference }) {
  const text = useReconciliationText();
  const kind = row.closed_on !== null ? "closed" : row.held ? "held" : row.verdict;
  const mark = { held: "●", different: "▲", declared: "○", closed: "✓" }[kind];
  return (
    <span className={kind === "held" ? styles["bad"] : undefined}>
      <span aria-hidden>{mark}</span> {text.findings[kind]}
    </span>
  );
}
