import styles from "./BorrowerPage.module.css";
import { PartyLink, Quiet, StaleMark, Table, deliveredOn } from "./parts";
import type { Borrower } from "./shapes";
import { useBorrowerText } from "./text";

/** Parties of the contracts, and people and enterprises related to this one. */
export function RelationsTab({ borrower }: { borrower: Borrower }) {
  const text = useBorrowerText();
  return (
    <>
      <section>
        <h2>{text.roles}</h2>
        <Roles borrower={borrower} />
      </section>
      <section>
        <h2>{text.relations}</h2>
        <Related borrower={borrower} />
      </section>
    </>
  );
}

function Roles({ borrower }: { borrower: Borrower }) {
  const text = useBorrowerText();
  const head = [text.contract, text.name, text.role, text.from, text.until].map((name) => ({ name }));
  return (
    <Table caption={text.roles} head={head}>
      {borrower.contracts.flatMap((contract) =>
        contract.parties.map((part) => (
          <tr key={`${contract.contract_id} ${part.party.party_id} ${part.role}`}>
            <th scope="row">{contract.contract_id}</th>
            <td><PartyLink party={part.party} here={borrower.party_id} /></td>
            <td>{text.roleNames[part.role] ?? part.role}</td>
            <td>{part.from_on ?? "–"}</td>
            <td>
              {part.to_on ?? "–"} <StaleMark since={part.stale_since} />
            </td>
          </tr>
        )),
      )}
    </Table>
  );
}

function Related({ borrower }: { borrower: Borrower }) {
  const text = useBorrowerText();
  const delivered = deliveredOn(borrower, "party_relation");
  if (borrower.relations.length === 0) {
    return <Quiet>{delivered === null ? text.feedNone(text.feeds["party_relation"] ?? "") : text.relationsNone}</Quiet>;
  }
  const head = [text.name, text.relation, text.since].map((name) => ({ name }));
  return (
    <>
      <p className={styles["warn"]} style={{ fontSize: 12, marginBottom: 4 }}>{text.relationsWarn}</p>
      <Table caption={text.relations} head={head}>
        {borrower.relations.map((row) => {
          const name = text.relationNames[row.relation] ?? row.relation;
          return (
            <tr key={`${row.party.party_id} ${row.relation} ${row.reverse}`}>
              <th scope="row"><PartyLink party={row.party} here={borrower.party_id} /></th>
              <td>{row.reverse ? text.reverseOf(name) : name}</td>
              <td>
                {row.since_on ?? "–"} <StaleMark since={row.stale_since} />
              </td>
            </tr>
          );
        })}
      </Table>
    </>
  );
}
