import { DatePicker, Skeleton } from "antd";
import dayjs, { type Dayjs } from "dayjs";

import { monthlyRows, type MonthlyRoll } from "./monthlyRoll";
import styles from "./MonthlyRollPage.module.css";
import { useMonthlyRoll } from "./monthlyRollQuery";
import type { MonthlyRollSearch } from "./search";
import { useMonthlyRollText } from "./text";
import { HeatTable } from "../HeatTable";
import { problemFacts } from "@/shared/api/problem";
import { ExportMenu } from "@/shared/charts/ChartPanel";
import { formatCount } from "@/shared/format/figures";
import { Definition } from "@/shared/ui/Definition";
import { Panel } from "@/shared/ui/Panel";
import { EmptyState, ErrorState } from "@/shared/ui/states";

interface MonthlyRollPageProps {
  search: MonthlyRollSearch;
  onSearch: (change: MonthlyRollSearch) => void;
}

/** Where do accounts stand one month later, over all months that were delivered? */
export function MonthlyRollPage({ search, onSearch }: MonthlyRollPageProps) {
  const text = useMonthlyRollText();
  const roll = useMonthlyRoll(search);
  const { data } = roll;
  return (
    <div className={styles["page"]}>
      <title>{`${text.title} · 回款 Huikuan`}</title>
      <div className={styles["head"]}>
        <div className={styles["heading"]}>
          <h1>{text.title}</h1>
          {data !== undefined && (
            <span className={styles["quiet"]}>
              {text.subtitle(
                formatCount(data.account_months),
                formatCount(data.accounts),
                data.from_month.slice(0, 7),
                data.to_month.slice(0, 7),
              )}
            </span>
          )}
        </div>
        <Months search={search} onSearch={onSearch} />
      </div>
      {roll.error !== null && problemFacts(roll.error).code === "monthly_roll.no_status" ? (
        <EmptyState title={text.emptyTitle}>{text.empty}</EmptyState>
      ) : roll.error !== null ? (
        <ErrorState error={roll.error} onRetry={() => void roll.refetch()} />
      ) : data === undefined ? (
        <Panel title={text.title}>
          <div role="status" aria-label={text.loading}>
            <Skeleton active title={false} paragraph={{ rows: 9, width: "100%" }} />
          </div>
        </Panel>
      ) : (
        <RollPanel roll={data} busy={roll.isPlaceholderData} />
      )}
    </div>
  );
}

function Months({ search, onSearch }: MonthlyRollPageProps) {
  const text = useMonthlyRollText();
  const value: [Dayjs | null, Dayjs | null] = [month(search.from), month(search.to)];
  return (
    <DatePicker.RangePicker
      picker="month"
      value={value}
      allowEmpty
      aria-label={text.months}
      placeholder={[text.all, text.all]}
      onChange={(range) => onSearch({ from: range?.[0]?.format("YYYY-MM"), to: range?.[1]?.format("YYYY-MM") })}
    />
  );
}

function month(text: string | undefined): Dayjs | null {
  return text === undefined ? null : dayjs(`${text}-01`);
}

function RollPanel({ roll, busy }: { roll: MonthlyRoll; busy: boolean }) {
  const text = useMonthlyRollText();
  return (
    <Panel
      title={text.title}
      definition={<Definition name={text.title}>{text.definition}</Definition>}
      actions={<ExportMenu title={text.title} handle={null} csv={rollCsv(roll)} />}
    >
      <div style={{ opacity: busy ? 0.55 : 1 }} aria-busy={busy}>
        <HeatTable
          title={text.title}
          side={text.from}
          sideWidth={140}
          opening={text.opening}
          openingWidth={120}
          rows={monthlyRows(roll)}
          digits={2}
          nameOf={(status) => text.statuses[status] ?? status}
          figureOf={formatCount}
          hintOf={text.cell}
        />
      </div>
    </Panel>
  );
}

function rollCsv(roll: MonthlyRoll) {
  return {
    name: `huikuan-monthly-roll-${roll.from_month.slice(0, 7)}-${roll.to_month.slice(0, 7)}`,
    header: ["from_status", "to_status", "accounts", "rate_ppm"],
    rows: roll.cells.map((cell) => [cell.from_status, cell.to_status, cell.accounts, cell.rate_ppm ?? ""]),
  };
}
