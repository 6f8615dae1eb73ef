import { Checkbox } from "antd";
import { useMemo } from "react";

import { currencyOf } from "./KeyFigures";
import { useInsightText } from "./text";
import { barOption } from "./chartOptions";
import type { DrillProps } from "./search";
import type { Overview } from "@/shared/api/shapes";
import { ChartPanel } from "@/shared/charts/ChartPanel";
import { formatCount, formatRate, sharePpm } from "@/shared/format/figures";
import { inUnit, moneySentence, plainMoney, tableUnit, type MoneyUnit } from "@/shared/format/money";
import { useLanguage } from "@/shared/i18n/text";
import { useTheme } from "@/shared/theme/theme";
import { bucketColour, BUCKET_ORDER, TOKENS } from "@/shared/theme/tokens";
import { Definition } from "@/shared/ui/Definition";

const HEIGHT = 192;

/** What has left the buckets (charged off): in the table, but in no total and no share. */
function offTheBook(overview: Overview): Overview["buckets"] {
  return overview.buckets.filter((row) => !(BUCKET_ORDER as readonly string[]).includes(row.bucket));
}

interface BucketPanelProps extends DrillProps {
  overview: Overview;
  withM0: boolean;
  onM0: (withM0: boolean) => void;
}

/** The rows of the overview in bucket order, a missing bucket as zero. */
export function orderedBuckets(rows: Overview["buckets"]): Overview["buckets"] {
  return BUCKET_ORDER.map(
    (bucket) => rows.find((row) => row.bucket === bucket) ?? { bucket, notes: 0, balance_minor: 0, overdue_minor: 0 },
  );
}

/** The drawn bars, their unit and the option made from them; stable as long as its facts are. */
function useBars(overview: Overview, withM0: boolean) {
  const text = useInsightText();
  const { language } = useLanguage();
  const { name: theme } = useTheme();
  return useMemo(() => {
    const currency = currencyOf(overview);
    const all = orderedBuckets(overview.buckets);
    const drawn = withM0 ? all : all.slice(1);
    const total = all.reduce((sum, row) => sum + row.balance_minor, 0);
    const unit = tableUnit(drawn.map((row) => row.balance_minor), currency, language);
    const shareOf = (minor: number) => formatRate(sharePpm(minor, total));
    const bars = drawn.map((row) => ({
      name: row.bucket,
      minor: row.balance_minor,
      label: inUnit(row.balance_minor, unit),
      hint: `${row.bucket} · ${text.countIn(formatCount(row.notes))} · ${shareOf(row.balance_minor)}`,
      colour: bucketColour(row.bucket, theme),
    }));
    return { all, bars, unit, shareOf, option: barOption(bars, unit.exponent, TOKENS[theme]) };
  }, [overview, withM0, text, language, theme]);
}

/** What the chart leaves out when it draws the overdue buckets only. */
function useBucketNote(overview: Overview, withM0: boolean, unit: MoneyUnit, shareOf: (minor: number) => string) {
  const text = useInsightText();
  const { language } = useLanguage();
  if (withM0) return text.unit(unit.label);
  const current = orderedBuckets(overview.buckets)[0]?.balance_minor ?? 0;
  const amount = moneySentence(current, currencyOf(overview), language);
  return `${text.unit(unit.label)} · ${text.m0Left(amount, shareOf(current))}`;
}

/** Where the balance stands by age of arrears. */
export function BucketPanel({ overview, withM0, onM0, onDrill }: BucketPanelProps) {
  const text = useInsightText();
  const { all, bars, unit, shareOf, option } = useBars(overview, withM0);
  const note = useBucketNote(overview, withM0, unit, shareOf);
  // Notes that are not overdue are in no list.
  const drill = onDrill && ((bucket: string) => bucket !== "M0" && onDrill({ bucket }));
  const columns = [text.notes, text.balanceIn(unit.label), text.overdueIn(unit.label), text.share];
  return (
    <ChartPanel
      title={text.bucketTitle}
      note={note}
      definition={<Definition name={text.bucketTitle}>{text.bucketDefinition}</Definition>}
      controls={
        <Checkbox checked={withM0} onChange={(event) => onM0(event.target.checked)}>
          {text.withM0}
        </Checkbox>
      }
      option={option}
      height={HEIGHT}
      summary={text.bucketSummary(bars.map((bar) => `${bar.name} ${bar.label}`).join(", ") + ` (${unit.label})`)}
      columns={[{ title: text.bucket }, ...columns.map((title) => ({ title, figure: true }))]}
      rows={[...all, ...offTheBook(overview)].map((row) => [
        text.buckets[row.bucket] ?? row.bucket,
        formatCount(row.notes),
        inUnit(row.balance_minor, unit),
        inUnit(row.overdue_minor, unit),
        all.includes(row) ? shareOf(row.balance_minor) : "–",
      ])}
      onPick={drill}
      rowKeys={[...all, ...offTheBook(overview)].map((row) => (row.bucket === "M0" ? null : row.bucket))}
      csv={bucketCsv(overview, [...all, ...offTheBook(overview)])}
    />
  );
}

function bucketCsv(overview: Overview, all: Overview["buckets"]) {
  const currency = currencyOf(overview);
  return {
    name: `huikuan-buckets-${overview.business_date}`,
    header: ["bucket", "notes", `balance_${overview.currency}`, `overdue_${overview.currency}`],
    rows: all.map((row) => [
      row.bucket,
      row.notes,
      plainMoney(row.balance_minor, currency),
      plainMoney(row.overdue_minor, currency),
    ]),
  };
}
