import styles from "./BorrowerPage.module.css";
import { BucketMark, FormerKeys, PartyLink, Quiet, StaleMark, useAmount, useUnit } from "./parts";
import type { Borrower, Contract, Note } from "./shapes";
import { useBorrowerText } from "./text";
import { useProducts } from "@/shared/api/reference";
import { localName } from "@/shared/i18n/language";
import { useLanguage } from "@/shared/i18n/text";
import { EmptyState } from "@/shared/ui/states";

interface ContractListProps {
  borrower: Borrower;
  chosen: string | undefined;
  onChoose: (noteId: string) => void;
}

/** Contracts with their notes, those that the party owes first. */
export function ContractList({ borrower, chosen, onChoose }: ContractListProps) {
  const text = useBorrowerText();
  const notes = borrower.contracts.reduce((sum, contract) => sum + contract.notes.length, 0);
  return (
    <section className={styles["left"]} aria-label={text.contracts} tabIndex={0}>
      <div className={styles["leftHead"]}>
        <h2>{text.contracts}</h2>
        <span className={styles["sub"]}>{text.contractsNote(borrower.contracts.length, notes)}</span>
      </div>
      {borrower.contracts.length === 0 && (
        <EmptyState title={text.noContracts}>{text.noContractsWhy}</EmptyState>
      )}
      {borrower.contracts.map((contract) => (
        <div key={contract.contract_id}>
          <ContractHead contract={contract} partyId={borrower.party_id} />
          {contract.notes.length > 0 && <NoteRows notes={contract.notes} chosen={chosen} onChoose={onChoose} />}
        </div>
      ))}
      <div style={{ padding: "6px 14px" }}>
        {borrower.notes_left_out > 0 && <Quiet>{text.leftOut(borrower.notes_left_out)}</Quiet>}
        {borrower.contracts_elsewhere > 0 && <Quiet>{text.elsewhere(borrower.contracts_elsewhere)}</Quiet>}
      </div>
    </section>
  );
}

function ContractHead({ contract, partyId }: { contract: Contract; partyId: string }) {
  const text = useBorrowerText();
  const { language } = useLanguage();
  const products = useProducts();
  const product = products.data?.find((item) => item.code === contract.product_code);
  const amount = useAmount();
  const debtor = contract.parties.find((part) => part.role === "borrower")?.party;
  return (
    <div className={styles["contract"]}>
      <strong>{contract.contract_id}</strong>{" "}
      <span>{product === undefined ? contract.product_code : localName(language, product)}</span>{" "}
      {contract.amount_minor !== null && <span className="tabular">{amount(contract.amount_minor)}</span>}
      <div className={styles["sub"]}>
        {contract.roles.map((role) => text.roleNames[role] ?? role).join(" · ")}
        {debtor !== undefined && debtor.party_id !== partyId && (
          <>
            {" · "}
            {text.borrower} <PartyLink party={debtor} here={partyId} /> {debtor.party_id}
          </>
        )}
        {contract.signed_on !== null && ` · ${contract.signed_on} – ${contract.expires_on ?? ""}`}
        {contract.notes.length === 0 && ` · ${text.noNotes}`}
      </div>
    </div>
  );
}

function NoteRows({ notes, chosen, onChoose }: Omit<ContractListProps, "borrower"> & { notes: Note[] }) {
  const text = useBorrowerText();
  const amount = useAmount();
  const unit = useUnit();
  return (
    <table className={`${styles["table"]} ${styles["notes"]}`}>
      <caption className="visually-hidden">{text.note}</caption>
      <thead>
        <tr>
          <th scope="col">{text.note}</th>
          <th scope="col">{text.bucket}</th>
          <th scope="col" className={styles["figure"]}>{text.dpd}</th>
          <th scope="col" className={styles["figure"]}>{`${text.overdue} ${unit}`}</th>
          <th scope="col" className={styles["figure"]}>{`${text.balance} ${unit}`}</th>
        </tr>
      </thead>
      <tbody>
        {notes.map((note) => (
          <tr
            key={note.note_id}
            className={note.note_id === chosen ? styles["chosen"] : undefined}
            aria-current={note.note_id === chosen}
            onClick={() => onChoose(note.note_id)}
          >
            <th scope="row">
              <button type="button" className={styles["open"]} onClick={() => onChoose(note.note_id)}>
                {note.note_id} <FormerKeys keys={note.former_keys} />
              </button>{" "}
              <StaleMark since={note.stale_since} />
            </th>
            <td><BucketMark bucket={note.bucket} /></td>
            <td className={styles["figure"]}>{note.dpd}</td>
            <td className={styles["figure"]}>{amount(note.overdue_minor)}</td>
            <td className={styles["figure"]}>{amount(note.balance_minor)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
