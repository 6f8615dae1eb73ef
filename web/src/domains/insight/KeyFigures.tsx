import type { ReactNode } from "react";

import styles from "./OverviewPage.module.css";
import { useInsightText } from "./text";
import type { OverdueRate, Overview, TrendPoint } from "@/shared/api/shapes";
import { formatCount, formatPoints, formatRate, sharePpm } from "@/shared/format/figures";
import { moneySentence, moneyWords, type Currency, type MoneyWords } from "@/shared/format/money";
import { useLanguage } from "@/shared/i18n/text";
import { Definition } from "@/shared/ui/Definition";

/** The five figures that answer "how much is overdue" before any chart. */
export function KeyFigures({ overview }: { overview: Overview }) {
  const text = useInsightText();
  const { totals } = overview;
  const { language } = useLanguage();
  const currency = currencyOf(overview);
  const sentence = (minor: number) => moneySentence(minor, currency, language);
  const [before, now] = lastTwo(overview.trend);
  const chargedOff = overview.buckets.find((row) => row.bucket === "charged_off")?.notes ?? 0;
  return (
    <section className={styles["figures"]} aria-label={text.keyFigures}>
      <Figure
        label={text.balance}
        value={moneyWords(totals.balance_minor, currency, language)}
        sub={text.notesCount(formatCount(totals.notes))}
      />
      <Figure
        label={
          <>
            {text.overdueNotes}
            <Definition name={text.overdueNotesName}>{text.overdueNotesDefinition}</Definition>
          </>
        }
        value={{ before: "", figure: formatCount(totals.overdue_notes), after: text.overdueNotesUnit }}
        sub={[
          text.overdueShare(formatRate(sharePpm(totals.overdue_notes, totals.notes))),
          ...(chargedOff > 0 ? [text.chargedOffBeside(formatCount(chargedOff))] : []),
        ].join(" · ")}
      />
      <Figure
        label={text.overduePrincipal}
        value={moneyWords(totals.overdue_principal_minor, currency, language)}
        sub={text.interestAndPenalty(sentence(totals.overdue_interest_minor), sentence(totals.penalty_minor))}
      />
      <RateFigure
        overview={overview}
        label={`${text.rates} · ${text.regulatory}`}
        name={text.regulatoryName}
        definition={text.regulatoryDefinition}
        rate={totals.regulatory}
        points={pointsBetween(before?.regulatory_ppm, now?.regulatory_ppm)}
      />
      <RateFigure
        overview={overview}
        label={`${text.rates} · ${text.management}`}
        name={text.managementName}
        definition={text.managementDefinition}
        rate={totals.management}
        points={pointsBetween(before?.management_ppm, now?.management_ppm)}
      />
    </section>
  );
}

/** The currency of the overview's figures. */
export function currencyOf(overview: Overview): Currency {
  return { code: overview.currency, minorDigits: overview.minor_digits };
}

function lastTwo(trend: TrendPoint[]): (TrendPoint | undefined)[] {
  return [trend.at(-2), trend.at(-1)];
}

function pointsBetween(before: number | null | undefined, now: number | null | undefined): string | null {
  if (before === null || before === undefined || now === null || now === undefined) return null;
  return formatPoints(before, now);
}

interface FigureProps {
  label: ReactNode;
  value: MoneyWords;
  sub: ReactNode;
}

function Figure({ label, value, sub }: FigureProps) {
  return (
    <div className={styles["figure"]}>
      <div className={styles["label"]}>{label}</div>
      <div className={styles["value"]}>
        {value.before !== "" && <span className={styles["unit"]}>{value.before}</span>}
        {value.figure}
        {value.after !== "" && <span className={styles["unit"]}>{value.after}</span>}
      </div>
      <div className={styles["sub"]}>{sub}</div>
    </div>
  );
}

interface RateFigureProps {
  overview: Overview;
  label: string;
  name: string;
  definition: string;
  rate: OverdueRate;
  points: string | null;
}

function RateFigure({ overview, label, name, definition, rate, points }: RateFigureProps) {
  const text = useInsightText();
  const { language } = useLanguage();
  const currency = currencyOf(overview);
  const sentence = (minor: number) => moneySentence(minor, currency, language);
  return (
    <Figure
      label={
        <>
          {label}
          <Definition name={name}>
            {definition}
            <div style={{ marginTop: 8 }} className="tabular">
              {sentence(rate.numerator_minor)} ÷ {sentence(rate.denominator_minor)}
            </div>
          </Definition>
        </>
      }
      value={{ before: "", figure: formatRate(rate.rate_ppm), after: "" }}
      sub={points === null ? "\u00a0" : text.change(points)}
    />
  );
}
