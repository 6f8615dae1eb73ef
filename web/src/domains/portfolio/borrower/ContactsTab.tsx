import { PhoneOutlined, StopOutlined } from "@ant-design/icons";

import styles from "./BorrowerPage.module.css";
import { Quiet, Table, deliveredOn } from "./parts";
import { RevealBlock } from "./Reveal";
import type { Borrower, Contact, Revealed } from "./shapes";
import { useBorrowerText } from "./text";

const NUMBERS = new Set(["mobile", "phone"]);

/** How the party may be reached: masked, with source and ground; a number from a third person is not dialable. */
export function ContactsTab({ borrower }: { borrower: Borrower }) {
  const text = useBorrowerText();
  const delivered = deliveredOn(borrower, "contact_point");
  const head = [
    text.contactKind, text.value, text.label, text.dialable, text.source, text.basis, text.recorded,
  ].map((name) => ({ name }));
  if (borrower.contacts.length === 0) {
    return (
      <section>
        <h2>{text.contactsNone}</h2>
        <Quiet>{delivered === null ? text.feedNone(text.feeds["contact_point"] ?? "") : text.contactsNoneWhy}</Quiet>
      </section>
    );
  }
  return (
    <section>
      <h2>
        {text.tabs.contacts}{" "}
        {delivered !== null && <span className={styles["sub"]}>{text.feedOn(delivered)}</span>}
      </h2>
      <div style={{ margin: "4px 0 8px" }}>
        <RevealBlock partyId={borrower.party_id} part="contacts">
          {(shown) => <ClearContacts shown={shown} contacts={borrower.contacts} />}
        </RevealBlock>
      </div>
      <Table caption={text.tabs.contacts} head={head}>
        {borrower.contacts.map((contact) => (
          <ContactRow key={contact.contact_id} contact={contact} />
        ))}
      </Table>
      <Quiet>{text.dialRule}</Quiet>
    </section>
  );
}

function ContactRow({ contact }: { contact: Contact }) {
  const text = useBorrowerText();
  return (
    <tr>
      <th scope="row">{text.kinds[contact.kind] ?? contact.kind}</th>
      <td>
        {contact.value} {contact.service_address && <span className={styles["tag"]}>{text.service}</span>}
      </td>
      <td>{text.labels[contact.label] ?? contact.label}</td>
      <td>
        <Dialable contact={contact} />
      </td>
      <td>{text.sources[contact.source] ?? contact.source}</td>
      <td>{text.bases[contact.legal_basis] ?? contact.legal_basis}</td>
      <td>{contact.recorded_on}</td>
    </tr>
  );
}

/** Whether a number may be called, and if not, why. */
function Dialable({ contact }: { contact: Contact }) {
  const text = useBorrowerText();
  if (contact.dialable) {
    return <span className={styles["good"]}><PhoneOutlined aria-hidden /> {text.yesDial}</span>;
  }
  if (!contact.from_third_person && !NUMBERS.has(contact.kind)) return <>{text.noNumber}</>;
  return (
    <span className={styles["bad"]}>
      <StopOutlined aria-hidden /> {contact.from_third_person ? text.notDialable : text.noBasis}
    </span>
  );
}

/** The values in clear, until the page is left; what must not be dialled says so here too. */
function ClearContacts({ shown, contacts }: { shown: Revealed; contacts: readonly Contact[] }) {
  const text = useBorrowerText();
  const refusal = (contactId: string) => {
    const contact = contacts.find((one) => one.contact_id === contactId);
    return contact === undefined || contact.dialable ? null : <Dialable contact={contact} />;
  };
  return (
    <ul aria-label={text.revealShown}>
      {shown.contacts.map((row) => (
        <li key={row.contact_id}>
          {text.kinds[row.kind] ?? row.kind} <span className={styles["clear"]}>{row.value}</span>{" "}
          {refusal(row.contact_id)}
        </li>
      ))}
    </ul>
  );
}
