import styles from "./BorrowerPage.module.css";
import { LifeSection } from "./LifeSection";
import { useLifeText } from "./lifeText";
import { BucketMark, Fact, Quiet, Table, useAmount, useUnit } from "./parts";
import { AllocationTable, InstalmentTable } from "./ScheduleTab";
import type { Explanation } from "./shapes";
import { useBorrowerText } from "./text";
import { formatRate } from "@/shared/format/figures";
import { useLanguage } from "@/shared/i18n/text";

/** The figures of an explanation: what is due, how interest came about, where repayments went, what settles it. */
export function ExplainDetail({ explanation }: { explanation: Explanation }) {
  const text = useBorrowerText();
  const life = useLifeText();
  const unit = useUnit();
  return (
    <div className={styles["detail"]}>
      <Sum explanation={explanation} />
      <LifeSection
        life={{ ...explanation, observation: explanation.class_floor.observation }}
        product={explanation.product}
      />
      <Segments title={text.penaltySegments} accrual={explanation.penalty} />
      <Segments title={text.compoundSegments} accrual={explanation.compound} />
      {explanation.delay.segments.length > 0 && (
        <Segments title={life.delaySegments} accrual={explanation.delay} />
      )}
      <section>
        <h2>{text.repayments} <span className={styles["sub"]}>{unit}</span></h2>
        {explanation.allocations.length === 0 ? (
          <Quiet>{text.repaymentsNoneWhy}</Quiet>
        ) : (
          <AllocationTable rows={[...explanation.allocations].reverse()} />
        )}
      </section>
      <section>
        <h2>{text.instalments} <span className={styles["sub"]}>{unit}</span></h2>
        <InstalmentTable rows={explanation.schedule} />
      </section>
      <ClassFloor explanation={explanation} />
    </div>
  );
}

function Sum({ explanation }: { explanation: Explanation }) {
  const text = useBorrowerText();
  const life = useLifeText();
  const amount = useAmount();
  const { due_now: due, payoff, lateness } = explanation;
  return (
    <>
      <section>
        <h2>{text.dueNow}</h2>
        <dl className={styles["facts"]}>
          <Fact name={text.total}>{amount(due.total_minor)}</Fact>
          <Fact name={text.capital}>{amount(due.principal_minor)}</Fact>
          <Fact name={text.interest}>{amount(due.interest_minor)}</Fact>
          <Fact name={text.penalty}>{amount(due.penalty_minor)}</Fact>
          <Fact name={text.compound}>{amount(due.compound_minor)}</Fact>
          <Fact name={text.costs}>{amount(due.costs_minor)}</Fact>
          {due.delay_minor > 0 && <Fact name={life.delay}>{amount(due.delay_minor)}</Fact>}
          <Fact name={text.dpd}>{text.dayCount(lateness.raw_days)}</Fact>
          <Fact name={text.bucket}><BucketMark bucket={lateness.bucket} /></Fact>
        </dl>
      </section>
      <section>
        <h2>{text.payoff}</h2>
        <dl className={styles["facts"]}>
          <Fact name={text.total}>{amount(payoff.total_minor)}</Fact>
          <Fact name={text.capital}>{amount(payoff.principal_minor)}</Fact>
          <Fact name={text.interest}>{amount(payoff.interest_due_minor)}</Fact>
          <Fact name={text.running}>{amount(payoff.running_minor)}</Fact>
          <Fact name={text.penalty}>{amount(payoff.penalty_minor)}</Fact>
          <Fact name={text.compound}>{amount(payoff.compound_minor)}</Fact>
          <Fact name={text.costs}>{amount(payoff.costs_minor)}</Fact>
          {payoff.delay_minor > 0 && <Fact name={life.delay}>{amount(payoff.delay_minor)}</Fact>}
          <Fact name={text.credit}>{amount(payoff.credit_minor)}</Fact>
        </dl>
      </section>
    </>
  );
}

function Segments({ title, accrual }: { title: string; accrual: Explanation["penalty"] }) {
  const text = useBorrowerText();
  const life = useLifeText();
  const amount = useAmount();
  const unit = useUnit();
  const figure = (name: string) => ({ name, figure: true });
  const head = [
    { name: text.segmentFrom }, { name: text.segmentTo }, figure(`${text.base} · ${unit}`), figure(text.rate),
    figure(life.days360), figure(`${text.amount} · ${unit}`),
  ];
  return (
    <section>
      <h2>{title}</h2>
      {accrual.segments.length === 0 ? (
        <Quiet>{text.noSegments}</Quiet>
      ) : (
        <>
          <Table caption={title} head={head}>
            {accrual.segments.map((row) => (
              <tr key={row.from_on}>
                <th scope="row">{row.from_on}</th>
                <td>{row.to_on}</td>
                <td className={styles["figure"]}>{amount(row.base_minor)}</td>
                <td className={styles["figure"]}>{formatRate(row.rate_ppm)}</td>
                <td className={styles["figure"]}>{row.year === 1 ? row.count : `${row.count} ÷ ${row.year}`}</td>
                <td className={styles["figure"]}>{amount(row.rounded_minor)}</td>
              </tr>
            ))}
          </Table>
          <Quiet>
            {[
              `${text.paid} ${amount(accrual.paid_minor)}`,
              accrual.waived_minor > 0 ? `${life.waived} ${amount(accrual.waived_minor)}` : "",
              accrual.charged_back_minor > 0 ? `${life.takenBack} ${amount(accrual.charged_back_minor)}` : "",
              ...accrual.awards.map((award) => life.awarded(award.on, amount(award.amount_minor))),
              `${text.owed} ${amount(accrual.owed_minor)}`,
            ].filter(Boolean).join(" · ")}
          </Quiet>
        </>
      )}
    </section>
  );
}

function ClassFloor({ explanation }: { explanation: Explanation }) {
  const text = useBorrowerText();
  const { language } = useLanguage();
  const floor = explanation.class_floor;
  const statement = language === "zh" ? floor.statement_zh : floor.statement_en;
  return (
    <section>
      <h2>
        {text.classFloor} <span className={styles["sub"]}>{text.bankOnly}</span>
      </h2>
      <p>
        {text.classes[floor.floor] ?? floor.floor}
        <span className={styles["sub"]}> {text.classWhy(statement, `${floor.source}, ${floor.force}, ${floor.certainty}`)}</span>
      </p>
    </section>
  );
}
