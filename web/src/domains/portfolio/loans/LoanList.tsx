import { Button } from "antd";
import { useCallback, useMemo, useRef, useState, type ReactNode } from "react";

import { LoanTable } from "./LoanTable";
import styles from "./LoansPage.module.css";
import { useLoansSummary, type Loan, type Summary, type useLoans } from "./loansQuery";
import { sortAfterClick, type LoansSearch } from "./search";
import type { Names } from "./sentence";
import { TagsMenu } from "./TagsMenu";
import { useLoansText } from "./text";
import type { ColumnChoice } from "./useColumns";
import { useMover } from "./useMover";
import { useCurrency, useMay } from "@/shared/api/session";
import { formatCount } from "@/shared/format/figures";
import { moneySentence } from "@/shared/format/money";
import { useLanguage } from "@/shared/i18n/text";
import { useShortcuts } from "@/shared/keyboard/shortcuts";
import { useTheme } from "@/shared/theme/theme";
import { Definition } from "@/shared/ui/Definition";

/** How many notes there are, those charged off apart: the overview counts overdue notes without them. */
function notesCounted(text: ReturnType<typeof useLoansText>, summary: Summary): string {
  const notes = formatCount(summary.notes);
  if (summary.charged_off_notes === 0) return text.summaryNotes(notes);
  const beside = text.chargedOffBeside(formatCount(summary.charged_off_notes));
  return text.summaryNotesOf(notes, formatCount(summary.overdue_notes), beside);
}

/** The sums of the question, whatever part of it is loaded. */
function SummaryLine({ search }: { search: LoansSearch }) {
  const text = useLoansText();
  const { language } = useLanguage();
  const currency = useCurrency();
  const { data, isPlaceholderData } = useLoansSummary(search);
  return (
    <div className={styles["summary"]} style={{ opacity: isPlaceholderData ? 0.55 : 1 }}>
      <span role="status" aria-label={text.summary}>
        {data === undefined
          ? "\u00a0"
          : [
              notesCounted(text, data),
              text.summaryParties(formatCount(data.parties)),
              text.summaryOverdue(moneySentence(data.overdue_minor, currency, language)),
              text.summaryBalance(moneySentence(data.balance_minor, currency, language)),
            ].join(" · ")}
      </span>
      <Definition name={text.overdueNotesName}>{text.overdueNotesDefinition}</Definition>
    </div>
  );
}

export interface LoanListProps {
  loans: ReturnType<typeof useLoans>;
  search: LoansSearch;
  onSearch: (search: LoansSearch) => void;
  names: Names;
  choice: ColumnChoice;
  /** The question in words; the list is named by it. */
  sentence: string;
  hrefOf: (partyId: string, noteId: string) => string;
  onOpen: (partyId: string, noteId: string) => void;
}

/** The rows of the question with what is selected of them, moved through by keys. */
export function LoanList({ loans, search, onSearch, names, choice, sentence, hrefOf, onOpen }: LoanListProps) {
  const text = useLoansText();
  const { name: theme } = useTheme();
  const summary = useLoansSummary(search);
  const box = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState(-1);
  const context = useMemo(() => ({ text, names, theme }), [text, names, theme]);
  const rows = useMemo(() => loans.data?.pages.flatMap((page) => page.items) ?? [], [loans.data]);
  const { selected, chosen, select, clear } = useSelection(rows);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = loans;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const move = useMover(box, rows.length, cursor, setCursor, more);
  const tick = () => {
    const row = rows[cursor];
    if (row !== undefined) select([row.note_id], !selected.has(row.note_id));
  };
  useShortcuts({ j: () => move(1), k: () => move(-1), x: tick });
  return (
    <div className={styles["list"]} style={{ opacity: loans.isPlaceholderData ? 0.55 : 1 }} aria-busy={loans.isPlaceholderData}>
      <Bar search={search} loaded={rows.length}>
        {chosen.length > 0 && <Selection chosen={chosen} onClear={clear} />}
      </Bar>
      <div className={styles["scroll"]} ref={box} tabIndex={0} role="region" aria-label={`${text.list}: ${sentence}`}>
        <LoanTable
          rows={rows}
          total={summary.data?.notes}
          search={search}
          context={context}
          choice={choice}
          cursor={cursor}
          selected={selected}
          box={box}
          onSort={(field) => onSearch({ ...search, sort: sortAfterClick(search, field) })}
          onSelect={select}
          onCursor={setCursor}
          onOpen={(row) => onOpen(row.party_id, row.note_id)}
          hrefOf={(row) => hrefOf(row.party_id, row.note_id)}
          onEnd={more}
        />
        <End more={hasNextPage ? more : undefined} busy={isFetchingNextPage} />
      </div>
    </div>
  );
}

/** Which rows are ticked; a row that is no longer in the list counts no more. */
function useSelection(rows: Loan[]) {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const chosen = useMemo(() => rows.filter((row) => selected.has(row.note_id)), [rows, selected]);
  const select = (ids: string[], on: boolean) =>
    setSelected((before) => {
      const rest = [...before].filter((id) => !ids.includes(id));
      return new Set(on ? [...rest, ...ids] : rest);
    });
  return { selected, chosen, select, clear: () => setSelected(new Set()) };
}

function Bar({ search, loaded, children }: { search: LoansSearch; loaded: number; children: ReactNode }) {
  const text = useLoansText();
  return (
    <div className={styles["bar"]}>
      <SummaryLine search={search} />
      {children}
      <span className={styles["loaded"]}>{text.loaded(formatCount(loaded))}</span>
    </div>
  );
}

function Selection({ chosen, onClear }: { chosen: Loan[]; onClear: () => void }) {
  const text = useLoansText();
  const mayTag = useMay("loan.tag");
  const [tagging, setTagging] = useState(false);
  useShortcuts({ t: () => setTagging(mayTag) });
  return (
    <span className={styles["selection"]}>
      {text.selected(chosen.length)}
      {mayTag && <TagsMenu rows={chosen} open={tagging} onOpen={setTagging} />}
      <Button size="small" type="link" onClick={onClear}>
        {text.clearSelection}
      </Button>
    </span>
  );
}

function End({ more, busy }: { more: (() => void) | undefined; busy: boolean }) {
  const text = useLoansText();
  return (
    <div className={styles["more"]}>
      {more === undefined ? (
        <span className={styles["quiet"]}>{text.end}</span>
      ) : (
        <Button type="link" onClick={more} loading={busy}>
          {text.loadMore}
        </Button>
      )}
    </div>
  );
}
