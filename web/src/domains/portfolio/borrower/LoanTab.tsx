import styles from "./BorrowerPage.module.css";
import { HeldNotice } from "./HeldNotice";
import { LifeSection } from "./LifeSection";
import { useLifeText } from "./lifeText";
import { MonthStrip } from "./MonthStrip";
import { BucketMark, Fact, FormerKeys, Quiet, StaleMark, Table, useAmount, useUnit, deliveredOn } from "./parts";
import { RevealBlock } from "./Reveal";
import type { Borrower, Note } from "./shapes";
import { useBorrowerText } from "./text";
import { useInstitutions, useProducts } from "@/shared/api/reference";
import { useUser } from "@/shared/api/session";
import { formatInstant } from "@/shared/format/dates";
import { formatRate } from "@/shared/format/figures";
import { localName } from "@/shared/i18n/language";
import { useLanguage } from "@/shared/i18n/text";

interface LoanTabProps {
  borrower: Borrower;
  note: Note;
}

/** A note: history of days past due, figures of both sources, terms, repayment account. */
export function LoanTab({ borrower, note }: LoanTabProps) {
  const text = useBorrowerText();
  const life = useLifeText();
  return (
    <>
      <HeldNotice borrower={borrower} note={note} />
      <section>
        <h2>
          {text.history} <span className={styles["sub"]}>{note.note_id}</span> <FormerKeys keys={note.former_keys} />
        </h2>
        <MonthStrip note={note} borrower={borrower} />
      </section>
      <Balances note={note} />
      <Terms note={note} />
      {note.life === null ? (
        <p className={styles["bad"]} role="alert">{`${life.unworkable} ${note.unworkable ?? ""}`}</p>
      ) : (
        <LifeSection life={note.life} product={note.product_terms} />
      )}
      <Account borrower={borrower} note={note} />
    </>
  );
}

function Balances({ note }: { note: Note }) {
  const text = useBorrowerText();
  const unit = useUnit();
  const { balances } = note;
  const same = balances.core_as_of === balances.ours_as_of;
  const heading =
    balances.core_as_of === null
      ? text.coreNone
      : same
        ? `${text.coreAsOf(balances.core_as_of)} · ${text.coreRules}`
        : text.coreOther(balances.core_as_of);
  const compared = balances.core_as_of !== null;
  const head = [
    { name: text.figure },
    { name: `${text.ours} · ${balances.ours_as_of} · ${unit}`, figure: true },
    ...(compared
      ? [
          { name: `${text.core} · ${balances.core_as_of} · ${unit}`, figure: true },
          { name: text.difference, figure: true },
        ]
      : []),
  ];
  const figures = balances.figures.filter((row) => row.ours !== null || row.core !== null);
  return (
    <section>
      <h2>{text.balances}</h2>
      <Quiet>
        {heading} <StaleMark since={balances.core_stale_since} />
      </Quiet>
      <Table caption={text.balances} head={head}>
        {figures.map((row) => (
          <FigureRow key={row.name} row={row} compared={compared} />
        ))}
      </Table>
    </section>
  );
}

type FigureShape = Note["balances"]["figures"][number];

function FigureRow({ row, compared }: { row: FigureShape; compared: boolean }) {
  const text = useBorrowerText();
  const amount = useAmount();
  const shown = (value: number | string | null) => {
    if (value === null) return "–";
    if (typeof value === "string") return text.classes[value] ?? value;
    return row.unit === "days" ? text.dayCount(value) : amount(value);
  };
  return (
    <tr>
      <th scope="row">{text.figures[row.name] ?? row.name}</th>
      <td className={styles["figure"]}>{shown(row.ours)}</td>
      {compared && <td className={styles["figure"]}>{shown(row.core)}</td>}
      {compared && (
        <td className={styles["figure"]}>
          <Difference row={row} />
        </td>
      )}
    </tr>
  );
}

/** Core less ours, or that they agree; a dash where there is nothing to compare. */
function Difference({ row }: { row: FigureShape }) {
  const text = useBorrowerText();
  const amount = useAmount();
  if (row.agrees === null) return "–";
  if (row.unit === "class") {
    return row.agrees ? (
      <span className={styles["good"]}>{text.notMilder}</span>
    ) : (
      <span className={styles["bad"]}>{text.milder}</span>
    );
  }
  if (row.agrees) return <span className={styles["good"]}>{text.agrees}</span>;
  if (row.difference === null) return <span className={styles["bad"]}>{text.differs}</span>;
  const size = Math.abs(row.difference);
  const words = row.unit === "days" ? text.dayCount(size) : amount(size);
  return <span className={styles["bad"]}>{`${row.difference > 0 ? "+" : "−"}${words}`}</span>;
}

function Terms({ note }: { note: Note }) {
  const text = useBorrowerText();
  const { language } = useLanguage();
  const amount = useAmount();
  const product = useProducts().data?.find((item) => item.code === note.product_code);
  const branch = useInstitutions().data?.find((item) => item.code === note.institution_code);
  const schedule = note.schedule_computed ? text.scheduleComputed : text.scheduleDelivered;
  const matures = note.life?.matures_on ?? note.matures_on;
  return (
    <section>
      <h2>{text.terms}</h2>
      <dl className={styles["facts"]}>
        <Fact name={text.bucket}><BucketMark bucket={note.bucket} /></Fact>
        <Fact name={text.classFloor}>{text.classes[note.class_floor] ?? note.class_floor}</Fact>
        {note.class_floor_borrower !== note.class_floor && (
          <Fact name={text.withContagion} bad>{text.classes[note.class_floor_borrower] ?? note.class_floor_borrower}</Fact>
        )}
        <Fact name={text.payoff}>{amount(note.payoff_minor)}</Fact>
        <Fact name={text.principal}>{amount(note.principal_minor)}</Fact>
        <Fact name={text.disbursed}>{note.disbursed_on}</Fact>
        <Fact name={text.matures}>
          {matures}{" "}
          {matures !== note.matures_on && (
            <span className={styles["sub"]} style={{ whiteSpace: "nowrap" }}>{text.maturedFirst(note.matures_on)}</span>
          )}
        </Fact>
        <Fact name={text.rate}>{formatRate(note.annual_rate_ppm)}</Fact>
        <Fact name={text.penaltyRate}>{formatRate(note.penalty_rate_ppm)}</Fact>
        <Fact name={text.product}>{product === undefined ? note.product_code : localName(language, product)}</Fact>
        <Fact name={text.institution}>{branch === undefined ? note.institution_code : localName(language, branch)}</Fact>
        <Fact name={text.officer}>
          {note.officer === null ? text.noOfficer : `${note.officer.officer_name} (${note.officer.officer_code})`}
        </Fact>
      </dl>
      <Quiet>{`${text.schedule}: ${schedule(note.schedule_on)}`}</Quiet>
    </section>
  );
}

function Account({ borrower, note }: LoanTabProps) {
  const text = useBorrowerText();
  const { bank } = useUser();
  const amount = useAmount();
  const delivered = deliveredOn(borrower, "repayment_account");
  const account = note.account;
  return (
    <section>
      <h2>{text.account}</h2>
      {account === null ? (
        <Quiet>{delivered === null ? text.feedNone(text.feeds["repayment_account"] ?? "") : text.accountNoneWhy}</Quiet>
      ) : (
        <>
          <dl className={styles["facts"]}>
            <Fact name={text.accountNumber}>{account.account_number}</Fact>
            <Fact name={text.accountBalance}>
              {amount(account.balance_minor)}{" "}
              {account.balance_at !== null && (
                <span className={styles["sub"]}>
                  {text.accountAt(formatInstant(account.balance_at, bank.time_zone))}
                </span>
              )}
            </Fact>
            <Fact name={text.accountFailure}>
              <span className={account.last_failure === "none" ? undefined : styles["bad"]}>
                {text.failures[account.last_failure] ?? account.last_failure}
              </span>
            </Fact>
          </dl>
          <StaleMark since={account.stale_since} />
          <RevealBlock partyId={borrower.party_id} part="accounts">
            {(shown) => (
              <span className={styles["clear"]}>
                {shown.accounts.find((row) => row.note_id === note.note_id)?.account_number ?? account.account_number}
              </span>
            )}
          </RevealBlock>
        </>
      )}
    </section>
  );
}
