import type { ReactNode } from "react";

import styles from "./OverviewPage.module.css";
import type { Overview } from "./overviewQuery";
import { useInsightText } from "./text";
import type { Shape } from "@/shared/api/client";
import { formatCount, formatPoints, formatRate, sharePpm } from "@/shared/format/figures";
import { inUnit, moneyUnit } from "@/shared/format/money";
import { useLanguage } from "@/shared/i18n/text";
import { Definition } from "@/shared/ui/Definition";

/** The five figures that answer "how much is overdue" before any chart. */
export function KeyFigures({ overview }: { overview: Overview }) {
  const text = useInsightText();
  const { totals } = overview;
  const money = useMoneyWords(overview);
  const balance = money(totals.balance_minor);
  const principal = money(totals.overdue_principal_minor);
  const interest = money(totals.overdue_interest_minor);
  const penalty = money(totals.penalty_minor);
  const [before, now] = lastTwo(overview.trend);
  return (
    <section className={styles["figures"]} aria-label={text.keyFigures}>
      <Figure label={text.balance} value={balance.figure} unit={balance.unit} sub={text.notesCount(formatCount(totals.notes))} />
      <Figure
        label={text.overdueNotes}
        value={formatCount(totals.overdue_notes)}
        unit={text.overdueNotesUnit}
        sub={text.overdueShare(formatRate(sharePpm(totals.overdue_notes, totals.notes)))}
      />
      <Figure
        label={text.overduePrincipal}
        value={principal.figure}
        unit={principal.unit}
        sub={text.interestAndPenalty(`${interest.figure} ${interest.unit}`, `${penalty.figure} ${penalty.unit}`)}
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

/** A sum as figure and unit, each sum in the unit in which it reads well. */
export function useMoneyWords(overview: Overview): (minor: number) => { figure: string; unit: string } {
  const { language } = useLanguage();
  const currency = { code: overview.currency, minorDigits: overview.minor_digits };
  return (minor) => {
    const unit = moneyUnit(minor, currency, language);
    return { figure: inUnit(minor, unit), unit: unit.label };
  };
}

function lastTwo(trend: Shape["TrendPoint"][]): (Shape["TrendPoint"] | undefined)[] {
  return [trend.at(-2), trend.at(-1)];
}

function pointsBetween(before: number | null | undefined, now: number | null | undefined): string | null {
  if (before === null || before === undefined || now === null || now === undefined) return null;
  return formatPoints(before, now);
}

interface FigureProps {
  label: ReactNode;
  value: string;
  unit?: string;
  sub: ReactNode;
}

function Figure({ label, value, unit, sub }: FigureProps) {
  return (
    <div className={styles["figure"]}>
      <div className={styles["label"]}>{label}</div>
      <div className={styles["value"]}>
        {value}
        {unit !== undefined && unit !== "" && <span className={styles["unit"]}>{unit}</span>}
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
  rate: Shape["Rate"];
  points: string | null;
}

function RateFigure({ overview, label, name, definition, rate, points }: RateFigureProps) {
  const text = useInsightText();
  const { language } = useLanguage();
  const currency = { code: overview.currency, minorDigits: overview.minor_digits };
  const unit = moneyUnit(rate.denominator_minor, currency, language);
  return (
    <Figure
      label={
        <>
          {label}
          <Definition name={name}>
            {definition}
            <div style={{ marginTop: 8 }} className="tabular">
              {text.fraction(inUnit(rate.numerator_minor, unit), inUnit(rate.denominator_minor, unit), unit.label)}
            </div>
          </Definition>
        </>
      }
      value={formatRate(rate.rate_ppm)}
      sub={points === null ? "\u00a0" : text.change(points)}
    />
  );
}
