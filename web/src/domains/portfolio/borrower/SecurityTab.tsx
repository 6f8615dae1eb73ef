import styles from "./BorrowerPage.module.css";
import { PartyLink, Quiet, StaleMark, Table, useAmount, useUnit, deliveredOn } from "./parts";
import type { Borrower, Collateral, Feed, Guarantee } from "./shapes";
import { useBorrowerText } from "./text";

/** Who else answers for these contracts, for whom this party answers, and what secures them. */
export function SecurityTab({ borrower }: { borrower: Borrower }) {
  const text = useBorrowerText();
  const all = borrower.contracts.flatMap((contract) => contract.guarantees);
  const given = all.filter((row) => row.guarantor.party_id === borrower.party_id);
  const received = all.filter((row) => row.guarantor.party_id !== borrower.party_id);
  const collaterals = borrower.contracts.flatMap((contract) => contract.collaterals);
  return (
    <>
      <Part borrower={borrower} feed="guarantee" title={text.guaranteesReceived} none={text.guaranteesNone} count={received.length}>
        <GuaranteeTable title={text.guaranteesReceived} rows={received} here={borrower.party_id} />
      </Part>
      <Part borrower={borrower} feed="guarantee" title={text.guaranteesGiven} none={text.givenNone} count={given.length}>
        <GuaranteeTable title={text.guaranteesGiven} rows={given} here={borrower.party_id} />
      </Part>
      <Part borrower={borrower} feed="collateral" title={text.collateral} none={text.collateralNone} count={collaterals.length}>
        <CollateralTable rows={collaterals} here={borrower.party_id} />
      </Part>
    </>
  );
}

interface PartProps {
  borrower: Borrower;
  feed: Feed;
  title: string;
  none: string;
  count: number;
  children: React.ReactNode;
}

/** A list, or the reason why there is none: none is known, or the bank does not deliver the feed. */
function Part({ borrower, feed, title, none, count, children }: PartProps) {
  const text = useBorrowerText();
  const delivered = deliveredOn(borrower, feed);
  return (
    <section>
      <h2>
        {title} {delivered !== null && <span className={styles["sub"]}>{text.feedOn(delivered)}</span>}
      </h2>
      {count > 0 ? children : <Quiet>{delivered === null ? text.feedNone(text.feeds[feed] ?? feed) : none}</Quiet>}
    </section>
  );
}

function GuaranteeTable({ title, rows, here }: { title: string; rows: Guarantee[]; here: string }) {
  const text = useBorrowerText();
  const amount = useAmount();
  const unit = useUnit();
  const head = [
    { name: text.guarantor }, { name: text.borrower }, { name: text.contract }, { name: text.liability },
    { name: `${text.amount} · ${unit}`, figure: true }, { name: text.fixedOn }, { name: text.period },
  ];
  return (
    <Table caption={title} head={head}>
      {rows.map((row) => (
        <tr key={row.guarantee_id}>
          <th scope="row" className={styles["wrap"]}><PartyLink party={row.guarantor} here={here} /></th>
          <td className={styles["wrap"]}>{row.borrower === null ? "–" : <PartyLink party={row.borrower} here={here} />}</td>
          <td>{row.contract_id}</td>
          <td>
            {text.liabilities[row.liability] ?? row.liability}
            {row.maximum_amount && (
              <div>
                <span className={styles["tag"]}>{text.maximum}</span>
              </div>
            )}
          </td>
          <td className={styles["figure"]}>{amount(row.amount_minor)}</td>
          <td>{row.fixed_on ?? "–"}</td>
          <td>
            {row.starts_on}
            <div>{`– ${row.ends_on ?? ""}`}</div>
            <StaleMark since={row.stale_since} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

function CollateralTable({ rows, here }: { rows: Collateral[]; here: string }) {
  const text = useBorrowerText();
  const amount = useAmount();
  const unit = useUnit();
  const head = [
    { name: text.kind }, { name: text.owner }, { name: text.contract },
    { name: `${text.secured} · ${unit}`, figure: true }, { name: `${text.appraised} · ${unit}`, figure: true },
    { name: text.registered }, { name: text.rank, figure: true },
  ];
  return (
    <Table caption={text.collateral} head={head}>
      {rows.map((row) => (
        <tr key={row.collateral_id}>
          <th scope="row" className={styles["wrap"]}>
            {text.collateralKinds[row.kind] ?? row.kind}
            <div>
              <span className={styles["tag"]}>{row.pledge ? text.pledge : text.mortgage}</span>{" "}
              {row.maximum_amount && <span className={styles["tag"]}>{text.maximum}</span>}
            </div>
          </th>
          <td className={styles["wrap"]}><PartyLink party={row.owner} here={here} /></td>
          <td>{row.contract_id}</td>
          <td className={styles["figure"]}>{amount(row.secured_minor)}</td>
          <td className={styles["figure"]}>
            {amount(row.appraised_minor)}
            {row.appraised_on !== null && <div className={styles["sub"]}>{row.appraised_on}</div>}
          </td>
          <td className={row.registered_on === null ? styles["warn"] : undefined}>
            {row.registered_on ?? text.unregistered}
          </td>
          <td className={styles["figure"]}>
            {row.rank} <StaleMark since={row.stale_since} />
          </td>
        </tr>
      ))}
    </Table>
  );
}
