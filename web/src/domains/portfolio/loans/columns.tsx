import { WarningOutlined } from "@ant-design/icons";
import { Tooltip } from "antd";
import type { ReactNode } from "react";

import styles from "./LoansPage.module.css";
import type { Loan } from "./loansQuery";
import type { Sort } from "./search";
import type { Names } from "./sentence";
import type { LoansText } from "./text";
import { grouped, scaledDecimal } from "@/shared/format/money";
import { bucketColour, classColour, type ThemeName } from "@/shared/theme/tokens";

/** What a cell needs beside its row. */
export interface CellContext {
  text: LoansText;
  names: Names;
  theme: ThemeName;
}

export interface Column {
  key: string;
  width: number;
  /** Figures are right-aligned. */
  figure?: boolean;
  /** Amounts say their unit in the header. */
  money?: boolean;
  sort?: Sort;
  cell: (row: Loan, context: CellContext) => ReactNode;
}

function amount(minor: number | null, context: CellContext): ReactNode {
  if (minor === null) return <Missing />;
  const digits = context.names.minorDigits;
  return <span title={grouped(scaledDecimal(minor, digits, digits))}>{grouped(scaledDecimal(minor, digits, 0))}</span>;
}

function Missing() {
  return <span className={styles["quiet"]}>–</span>;
}

function words(value: string, named: Record<string, string>): ReactNode {
  return value === "" ? <Missing /> : (named[value] ?? value);
}

/** Words that a narrow column may cut: the whole stands in the hint. */
function Words({ children }: { children: string }) {
  return <span title={children}>{children}</span>;
}

function Swatch({ colour }: { colour: string }) {
  return <span className={styles["swatch"]} style={{ background: colour }} aria-hidden />;
}

function Bucket({ row, context }: { row: Loan; context: CellContext }) {
  const name = row.bucket === "M0" ? "M0" : (context.text.buckets[row.bucket] ?? row.bucket);
  return (
    <>
      <Swatch colour={bucketColour(row.bucket === "charged_off" ? "M7+" : row.bucket, context.theme)} />
      <Words>{name}</Words>
      {row.stale_since !== null && (
        <Tooltip title={context.text.staleSince(row.stale_since)}>
          <WarningOutlined className={styles["stale"]} aria-label={context.text.staleSince(row.stale_since)} />
        </Tooltip>
      )}
    </>
  );
}

function Days({ row, context }: { row: Loan; context: CellContext }) {
  if (row.core_dpd === null || row.core_dpd === row.dpd) return <>{row.dpd}</>;
  const said = context.text.coreDiffers(String(row.dpd), String(row.core_dpd));
  return (
    <Tooltip title={said}>
      <span className={styles["differs"]} aria-label={said}>
        {row.dpd}
      </span>
    </Tooltip>
  );
}

function Tags({ row }: { row: Loan }) {
  return (
    <span title={row.tags.map((tag) => tag.name).join(", ")}>
      {row.tags.map((tag) => (
        <span key={tag.id} className={styles["tag"]}>
          {tag.name}
        </span>
      ))}
    </span>
  );
}

/** Every column of the list in its order; the customer stands before them and always stays. */
export const COLUMNS: Column[] = [
  { key: "note_id", width: 88, sort: "note", cell: (row) => <code>{row.note_id}</code> },
  { key: "contract_id", width: 104, cell: (row) => <code>{row.contract_id}</code> },
  { key: "bucket", width: 80, cell: (row, context) => <Bucket row={row} context={context} /> },
  { key: "dpd", width: 104, figure: true, sort: "dpd", cell: (row, context) => <Days row={row} context={context} /> },
  { key: "dpd_parts", width: 116, figure: true, cell: (row) => `${row.dpd_principal} / ${row.dpd_interest}` },
  { key: "arrears", width: 130, figure: true, money: true, sort: "arrears", cell: (row, c) => amount(row.arrears_minor, c) },
  { key: "overdue", width: 120, figure: true, money: true, cell: (row, c) => amount(row.overdue_minor, c) },
  { key: "overdue_principal", width: 124, figure: true, money: true, cell: (row, c) => amount(row.overdue_principal_minor, c) },
  { key: "overdue_interest", width: 112, figure: true, money: true, cell: (row, c) => amount(row.overdue_interest_minor, c) },
  { key: "penalty", width: 168, figure: true, money: true, cell: (row, c) => amount(row.penalty_minor + row.compound_minor + row.delay_minor, c) },
  { key: "costs", width: 116, figure: true, money: true, cell: (row, c) => amount(row.costs_due_minor, c) },
  { key: "balance", width: 116, figure: true, money: true, sort: "balance", cell: (row, c) => amount(row.balance_minor, c) },
  { key: "principal", width: 124, figure: true, money: true, cell: (row, c) => amount(row.principal_minor, c) },
  { key: "product", width: 116, cell: (row, c) => <Words>{c.names.product(row.product_code)}</Words> },
  { key: "institution", width: 108, cell: (row, c) => c.names.branch(row.institution_code) },
  {
    key: "officer",
    width: 136,
    cell: (row, c) => <Words>{row.officer_code === "" ? c.text.noOfficer : row.officer_name || row.officer_code}</Words>,
  },
  { key: "department", width: 120, cell: (row, c) => (row.department_code === "" ? <Missing /> : c.names.branch(row.department_code)) },
  {
    key: "class",
    width: 96,
    cell: (row, c) => (
      <span title={c.text.classes[row.class_floor]}>
        <Swatch colour={classColour(row.class_floor, c.theme)} />
        {c.text.classes[row.class_floor]}
      </span>
    ),
  },
  { key: "core_class", width: 96, cell: (row, c) => words(row.core_class, c.text.classes) },
  { key: "core_dpd", width: 92, figure: true, cell: (row) => row.core_dpd ?? <Missing /> },
  { key: "party_kind", width: 80, cell: (row, c) => words(row.party_kind, c.text.partyKinds) },
  { key: "region", width: 88, cell: (row) => (row.region === "" ? <Missing /> : row.region) },
  { key: "secured", width: 112, cell: (row, c) => words(row.secured, c.text.secureds) },
  { key: "matures", width: 104, sort: "matures", cell: (row) => row.matures_on ?? <Missing /> },
  { key: "account", width: 132, figure: true, money: true, cell: (row, c) => amount(row.account_balance_minor, c) },
  { key: "last_failure", width: 100, cell: (row, c) => words(row.last_failure, c.text.failures) },
  { key: "tags", width: 110, cell: (row) => <Tags row={row} /> },
];

export const NAME_WIDTH = 168;
export const DEFAULT_COLUMNS = ["note_id", "bucket", "dpd", "arrears", "balance", "product", "institution", "officer", "class", "tags"];

/** The columns of a workbook that hold what a column of the screen shows; the rest of them is named alike. */
const IN_WORKBOOK: Record<string, string[]> = {
  dpd_parts: ["dpd_principal", "dpd_interest"],
  arrears: ["arrears_minor"],
  overdue: ["overdue_minor"],
  overdue_principal: ["overdue_principal_minor"],
  overdue_interest: ["overdue_interest_minor"],
  penalty: ["penalty_minor", "compound_minor", "delay_minor"],
  costs: ["costs_due_minor"],
  balance: ["balance_minor"],
  principal: ["principal_minor"],
  product: ["product_code"],
  institution: ["institution_code"],
  officer: ["officer_code", "officer_name"],
  department: ["department_code"],
  class: ["class_floor"],
  matures: ["matures_on"],
  account: ["account_balance_minor"],
};

/** What an export of the list contains: the customer, then the columns as shown. */
export function workbookColumns(columns: Column[]): string[] {
  return ["party_id", "name", ...columns.flatMap((column) => IN_WORKBOOK[column.key] ?? [column.key])];
}
