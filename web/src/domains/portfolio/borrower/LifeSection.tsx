import { useBundles } from "../products/productsQuery";
import styles from "./BorrowerPage.module.css";
import { useLifeText } from "./lifeText";
import { Fact, Quiet, Table, useAmount, useUnit } from "./parts";
import type { Life } from "./shapes";
import { useBorrowerText } from "./text";
import { formatRate } from "@/shared/format/figures";
import { localName } from "@/shared/i18n/language";
import { useLanguage } from "@/shared/i18n/text";

interface LifeProps {
  life: Omit<Life, "matures_on">;
  product: string | null;
}

/** What shapes a note besides its terms: conventions in words, days raw and counted, events, late fees, flags. */
export function LifeSection({ life, product }: LifeProps) {
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
          <ul style={{ marginTop: 0 }}>
            {life.told[language].map((line) => <li key={line}>{line}</li>)}
          </ul>
        </>
      )}
      <Events life={life} />
    </section>
  );
}

function LifeFacts({ life, product }: LifeProps) {
  const text = useLifeText();
  const codes = useBorrowerText();
  const amount = useAmount();
  const { language } = useLanguage();
  const bundle = useBundles().data?.find((row) => row.code === product);
  const { lateness, observation } = life;
  return (
    <dl className={styles["facts"]}>
      <Fact name={text.product}>
        {bundle === undefined ? (product ?? text.usual) : localName(language, bundle)}
        {bundle !== undefined && <span className={styles["sub"]}> {bundle.code}</span>}
      </Fact>
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

function Events({ life }: Pick<LifeProps, "life">) {
  const text = useLifeText();
  const unit = useUnit();
  const head = [
    { name: text.on }, { name: text.what }, { name: `${text.amount} · ${unit}`, figure: true }, { name: text.until },
    { name: text.changed },
  ];
  const undone = life.events_not_counted.filter((event) => event.reason === "reversed");
  if (life.events.length === 0 && undone.length === 0) return <Quiet>{text.noEvents}</Quiet>;
  return (
    <div style={{ marginTop: 8 }}>
      {life.events.length > 0 && (
        <Table caption={text.events} head={head}>
          {life.events.map((event) => <EventRow key={event.core_ref} event={event} />)}
        </Table>
      )}
      {undone.map((event) => (
        <Quiet key={event.core_ref}>
          {text.undone(event.value_on, text.kinds[event.kind], event.core_ref, event.other_ref ?? "")}
        </Quiet>
      ))}
    </div>
  );
}

function EventRow({ event }: { event: LoanEvent }) {
  const text = useLifeText();
  const amount = useAmount();
  const changed = useChanges(event);
  const minor = event.kind === "waiver" ? event.used_minor : event.amount_minor;
  return (
    <tr>
      <th scope="row">{event.value_on}</th>
      <td className={styles["wrap"]}>
        {text.kinds[event.kind]} <span className={styles["sub"]} style={{ whiteSpace: "nowrap" }}>{event.core_ref}</span>
      </td>
      <td className={styles["figure"]}>{event.amount_minor > 0 ? amount(minor) : "–"}</td>
      <td>{event.until_on ?? "–"}</td>
      <td className={styles["wrap"]}>
        {changed.length === 0 ? "–" : changed.map((line) => <div key={line}>{line}</div>)}
      </td>
    </tr>
  );
}

/** What an event changed, a line each: the figures just before and just after. */
function useChanges({ before, after }: LoanEvent): string[] {
  const text = useLifeText();
  const amount = useAmount();
  const rates = (row: Figures) => text.rate(formatRate(row.annual_rate_ppm), formatRate(row.penalty_rate_ppm));
  const coming = (row: Figures) =>
    text.count(row.coming_count, amount(row.coming_principal_minor + row.coming_interest_minor));
  const lines: [string, (row: Figures) => string][] = [
    [text.rateAfter, rates],
    [text.balance, (row) => amount(row.outstanding_minor)],
    [text.unpaid, (row) => amount(row.open_principal_minor + row.open_interest_minor)],
    [text.coming, coming],
    [text.late, (row) => text.days(row.raw_days)],
  ];
  return lines
    .filter(([, figure]) => figure(before) !== figure(after))
    .map(([name, figure]) => `${name} ${figure(before)} → ${figure(after)}`);
}
