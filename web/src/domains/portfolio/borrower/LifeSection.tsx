import styles from "./BorrowerPage.module.css";
import { useLifeText } from "./lifeText";
import { Fact, Quiet, Table, useAmount, useUnit } from "./parts";
import type { Life } from "./shapes";
import { useBorrowerText } from "./text";
import { formatRate } from "@/shared/format/figures";
import { useLanguage } from "@/shared/i18n/text";

/** What shapes a note besides its terms: conventions in words, days raw and counted, events, late fees, flags. */
export function LifeSection({ life, product }: { life: Life; product: string | null }) {
  const text = useLifeText();
  const { language } = useLanguage();
  return (
    <section>
      <h2>{text.title}</h2>
      {life.flags.map((flag) => (
        <p key={flag} className={styles["bad"]}>{`${text.flagTitle}: ${text.flags[flag]}`}</p>
      ))}
      <LifeFacts life={life} product={product} />
      {life.told[language].length > 0 && (
        <>
          <Quiet>{text.different}</Quiet>
          <ul>
            {life.told[language].map((line) => <li key={line}>{line}</li>)}
          </ul>
        </>
      )}
      <Events life={life} />
    </section>
  );
}

function LifeFacts({ life, product }: { life: Life; product: string | null }) {
  const text = useLifeText();
  const codes = useBorrowerText();
  const amount = useAmount();
  const { lateness, observation } = life;
  return (
    <dl className={styles["facts"]}>
      <Fact name={text.product}>{product ?? text.usual}</Fact>
      <Fact name={text.rates}>{text.rate(formatRate(life.annual_rate_ppm), formatRate(life.penalty_rate_ppm))}</Fact>
      <Fact name={text.raw}>{text.days(lateness.raw_days)}</Fact>
      <Fact name={text.counted}>{text.days(lateness.counted_days)}</Fact>
      {lateness.paused_days > 0 && <Fact name={text.calendar}>{text.days(lateness.calendar_days)}</Fact>}
      {lateness.paused_days > 0 && <Fact name={text.paused}>{text.days(lateness.paused_days)}</Fact>}
      {observation !== null && (
        <Fact name={text.observation}>
          {text.observed(observation.until_on, codes.classes[observation.floor] ?? observation.floor)}
        </Fact>
      )}
      {life.waived_minor > 0 && <Fact name={text.waived}>{amount(life.waived_minor)}</Fact>}
      {life.subrogated_minor > 0 && <Fact name={text.subrogated}>{amount(life.subrogated_minor)}</Fact>}
      {life.recovered_minor > 0 && <Fact name={text.recovered}>{amount(life.recovered_minor)}</Fact>}
      {life.late_fees.length > 0 && (
        <Fact name={text.fees}>
          {life.late_fees.map((fee) => text.fee(fee.seq, amount(fee.amount_minor))).join(" · ")}
        </Fact>
      )}
    </dl>
  );
}

type LoanEvent = Life["events"][number];
type Figures = LoanEvent["before"];

function Events({ life }: { life: Life }) {
  const text = useLifeText();
  const unit = useUnit();
  const figure = (name: string) => ({ name, figure: true });
  const head = [
    { name: text.on }, { name: text.what }, figure(`${text.amount} · ${unit}`), { name: text.until },
    figure(text.rateAfter), figure(text.balance), figure(text.coming), figure(text.late), { name: text.reference },
  ];
  if (life.events.length === 0) return <Quiet>{text.noEvents}</Quiet>;
  return (
    <Table caption={text.events} head={head}>
      {life.events.map((event) => <EventRow key={event.core_ref} event={event} />)}
    </Table>
  );
}

function EventRow({ event }: { event: LoanEvent }) {
  const text = useLifeText();
  const amount = useAmount();
  const { before, after } = event;
  const minor = event.used_minor > 0 ? event.used_minor : event.amount_minor;
  const rates = (row: Figures) => `${formatRate(row.annual_rate_ppm)} / ${formatRate(row.penalty_rate_ppm)}`;
  const coming = (row: Figures) =>
    text.count(row.coming_count, amount(row.coming_principal_minor + row.coming_interest_minor));
  return (
    <tr>
      <th scope="row">{event.value_on}</th>
      <td>{text.kinds[event.kind]}</td>
      <td className={styles["figure"]}>{minor > 0 ? amount(minor) : "–"}</td>
      <td>{event.until_on ?? "–"}</td>
      <td className={styles["figure"]}>{moved(rates(before), rates(after))}</td>
      <td className={styles["figure"]}>{moved(amount(before.outstanding_minor), amount(after.outstanding_minor))}</td>
      <td className={styles["figure"]}>{moved(coming(before), coming(after))}</td>
      <td className={styles["figure"]}>{moved(String(before.raw_days), String(after.raw_days))}</td>
      <td>{event.core_ref}</td>
    </tr>
  );
}

/** What an event changed; a dash where it changed nothing. */
function moved(before: string, after: string): string {
  return before === after ? "–" : `${before} → ${after}`;
}
