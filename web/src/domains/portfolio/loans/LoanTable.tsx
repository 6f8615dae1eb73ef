import { CaretDownFilled, CaretUpFilled } from "@ant-design/icons";
import { Checkbox } from "antd";
import { useEffect, useMemo, useRef, useState, type PointerEvent, type ReactNode, type RefObject } from "react";

import { NAME_WIDTH, type CellContext, type Column } from "./columns";
import styles from "./LoansPage.module.css";
import type { Loan } from "./loansQuery";
import { sortOf, type LoansSearch, type Sort } from "./search";
import { useLoansText, type LoansText } from "./text";
import type { ColumnChoice } from "./useColumns";
import { rowWindow } from "./window";

export const ROW_HEIGHT = 34;
const TICK_WIDTH = 36;

interface LoanTableProps {
  rows: Loan[];
  /** How many notes there are in all, as far as it is known. */
  total: number | undefined;
  search: LoansSearch;
  context: CellContext;
  choice: ColumnChoice;
  cursor: number;
  selected: ReadonlySet<string>;
  box: RefObject<HTMLDivElement | null>;
  onSort: (sort: Sort) => void;
  onSelect: (noteIds: string[], on: boolean) => void;
  onCursor: (row: number) => void;
  onOpen: (row: Loan) => void;
  hrefOf: (row: Loan) => string;
  onEnd: () => void;
}

/** The notes as a table that draws the rows in sight only; header and customer stay while it scrolls. */
export function LoanTable(props: LoanTableProps) {
  const text = useLoansText();
  const { rows, box, onEnd, choice } = props;
  const [view, setView] = useState({ top: 0, height: 600 });
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const see = () => {
      setView({ top: element.scrollTop, height: element.clientHeight });
      if (element.scrollTop + element.clientHeight > element.scrollHeight - 20 * ROW_HEIGHT) onEnd();
    };
    const observer = new ResizeObserver(see);
    observer.observe(element);
    element.addEventListener("scroll", see, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", see);
    };
  }, [box, onEnd]);
  const { first, end } = rowWindow(view.top, view.height, ROW_HEIGHT, rows.length);
  const width = choice.columns.reduce((sum, column) => sum + choice.width(column.key, column.width), 0);
  return (
    <table
      className={styles["table"]}
      style={{ minWidth: width + TICK_WIDTH + choice.width("name", NAME_WIDTH) }}
      aria-rowcount={props.total ?? -1}
    >
      <caption className="visually-hidden">{text.list}</caption>
      <colgroup>
        <col style={{ width: TICK_WIDTH }} />
        <col style={{ width: choice.width("name", NAME_WIDTH) }} />
        {choice.columns.map((column) => (
          <col key={column.key} style={{ width: choice.width(column.key, column.width) }} />
        ))}
        <col />
      </colgroup>
      <Head {...props} />
      <tbody>
        {first > 0 && <Gap height={first * ROW_HEIGHT} />}
        {rows.slice(first, end).map((row, index) => (
          <LoanRow key={row.note_id} row={row} index={first + index} {...props} />
        ))}
        {end < rows.length && <Gap height={(rows.length - end) * ROW_HEIGHT} />}
      </tbody>
    </table>
  );
}

function Gap({ height }: { height: number }) {
  return <tr aria-hidden style={{ height }} />;
}

function Head({ rows, selected, onSelect, choice, search, onSort, context }: LoanTableProps) {
  const text = useLoansText();
  const all = rows.length > 0 && rows.every((row) => selected.has(row.note_id));
  const some = !all && rows.some((row) => selected.has(row.note_id));
  const ids = useMemo(() => rows.map((row) => row.note_id), [rows]);
  return (
    <thead>
      <tr>
        <th scope="col" className={styles["tick"]}>
          <Checkbox
            aria-label={text.selectAll}
            checked={all}
            indeterminate={some}
            onChange={(event) => onSelect(ids, event.target.checked)}
          />
        </th>
        <th scope="col" className={styles["name"]}>
          {text.column["name"]}
          <Grip name={text.column["name"] ?? ""} width={choice.width("name", NAME_WIDTH)} onWidth={(w) => choice.resize("name", w)} />
        </th>
        {choice.columns.map((column) => (
          <HeadCell
            key={column.key}
            column={column}
            label={labelOf(column, text, context.names.unit)}
            width={choice.width(column.key, column.width)}
            sort={sortOf(search)}
            onSort={onSort}
            onWidth={(width) => choice.resize(column.key, width)}
          />
        ))}
        <th aria-hidden />
      </tr>
    </thead>
  );
}

/** The name of a column with the unit of its figures. */
export function labelOf(column: Column, text: LoansText, unit: string): string {
  const name = text.column[column.key] ?? column.key;
  return column.money === true ? text.inUnit(name, unit) : name;
}

interface HeadCellProps {
  column: Column;
  label: string;
  width: number;
  sort: { field: Sort; descending: boolean };
  onSort: (sort: Sort) => void;
  onWidth: (width: number) => void;
}

function HeadCell({ column, label, width, sort, onSort, onWidth }: HeadCellProps) {
  const field = column.sort;
  const active = field !== undefined && sort.field === field;
  return (
    <th
      scope="col"
      className={column.figure === true ? styles["figure"] : undefined}
      aria-sort={active ? (sort.descending ? "descending" : "ascending") : undefined}
    >
      {field === undefined ? (
        label
      ) : (
        <button type="button" className={styles["sort"]} title={label} onClick={() => onSort(field)}>
          {label}
          {active && (sort.descending ? <CaretDownFilled aria-hidden /> : <CaretUpFilled aria-hidden />)}
        </button>
      )}
      <Grip name={label} width={width} onWidth={onWidth} />
    </th>
  );
}

/** The edge of a header by which its column is made wider: dragged, or moved by the arrow keys. */
function Grip({ name, width, onWidth }: { name: string; width: number; onWidth: (width: number) => void }) {
  const text = useLoansText();
  const from = useRef<{ x: number; width: number } | null>(null);
  const onDown = (event: PointerEvent<HTMLSpanElement>) => {
    from.current = { x: event.clientX, width };
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onMove = (event: PointerEvent) => {
    if (from.current !== null) onWidth(from.current.width + event.clientX - from.current.x);
  };
  return (
    <span
      role="separator"
      aria-orientation="vertical"
      aria-label={text.resize(name)}
      aria-valuenow={width}
      tabIndex={-1}
      className={styles["grip"]}
      onPointerDown={onDown}
      onPointerMove={onMove}
      onPointerUp={() => (from.current = null)}
      onKeyDown={(event) => {
        if (event.key === "ArrowRight") onWidth(width + 8);
        if (event.key === "ArrowLeft") onWidth(width - 8);
      }}
    />
  );
}

interface LoanRowProps extends LoanTableProps {
  row: Loan;
  index: number;
}

function LoanRow({ row, index, context, choice, cursor, selected, onSelect, onCursor, onOpen, hrefOf }: LoanRowProps) {
  const text = useLoansText();
  const chosen = selected.has(row.note_id);
  return (
    <tr
      className={`${chosen ? styles["chosen"] : ""} ${cursor === index ? styles["cursor"] : ""}`}
      data-row={index}
      aria-rowindex={index + 2}
      aria-selected={chosen}
      onClick={() => onCursor(index)}
      onDoubleClick={() => onOpen(row)}
    >
      <td className={styles["tick"]} onDoubleClick={(event) => event.stopPropagation()}>
        <Checkbox
          aria-label={text.select(row.note_id)}
          checked={chosen}
          onChange={(event) => onSelect([row.note_id], event.target.checked)}
        />
      </td>
      <th scope="row" className={styles["name"]}>
        <a
          href={hrefOf(row)}
          onFocus={() => onCursor(index)}
          onClick={(event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            onOpen(row);
          }}
        >
          {row.name}
        </a>
      </th>
      {choice.columns.map((column) => (
        <Cell key={column.key} figure={column.figure === true}>
          {column.cell(row, context)}
        </Cell>
      ))}
      <td aria-hidden />
    </tr>
  );
}

/** A cell; words that do not fit are told in full by their title. */
function Cell({ figure, children }: { figure: boolean; children: ReactNode }) {
  return (
    <td className={figure ? styles["figure"] : undefined} title={typeof children === "string" ? children : undefined}>
      {children}
    </td>
  );
}
