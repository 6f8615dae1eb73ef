import { Link } from "@tanstack/react-router";

import styles from "./BorrowerPage.module.css";
import { usePartyChecks } from "./borrowerQuery";
import { usePersonText } from "./personText";
import type { Borrower } from "./shapes";
import { useConflictsText } from "../conflicts/text";
import { useMay } from "@/shared/api/session";
import type { Answer } from "@/shared/api/shapes";

type Check = Answer<"/api/parties/{party_id}/checks">[number];

/** Under which keys the bank keeps this person, and what is to be verified about its data. */
export function PersonNotice({ borrower }: { borrower: Borrower }) {
  return (
    <>
      <Origins borrower={borrower} />
      <Checks borrower={borrower} />
    </>
  );
}

function Origins({ borrower }: { borrower: Borrower }) {
  const text = usePersonText();
  if (borrower.origins.length === 0) return null;
  return (
    <div className={styles["line"]} role="group" aria-label={text.origins} title={text.originsWhat}>
      <span>{text.origins}</span>
      {borrower.origins.map((one) => (
        <span key={one.party_id}>
          {one.party_id === borrower.party_id ? (
            <strong>{one.party_id}</strong>
          ) : (
            <Link className={styles["link"]} to="/parties/$partyId" params={{ partyId: one.party_id }}>
              {one.party_id}
            </Link>
          )}{" "}
          {one.name} {one.identity_number}
        </span>
      ))}
    </div>
  );
}

function Checks({ borrower }: { borrower: Borrower }) {
  const text = usePersonText();
  const mayOpen = useMay("conflict.read");
  const { data, isError } = usePartyChecks(borrower.party_id, borrower.as_of);
  if (isError && data === undefined) {
    return <div className={styles["line"]}><span role="alert" className={styles["warn"]}>{text.failed}</span></div>;
  }
  if (data === undefined || data.length === 0) return null;
  return (
    <div className={styles["line"]} role="group" aria-label={text.checks} title={text.checksWhat}>
      <span className={styles["warn"]}>{text.checks}</span>
      {data.map((check) => (
        <CheckItem key={`${check.kind} ${check.id}`} check={check} mayOpen={mayOpen} here={borrower.party_id} />
      ))}
    </div>
  );
}

function CheckItem({ check, mayOpen, here }: { check: Check; mayOpen: boolean; here: string }) {
  const text = usePersonText();
  const { fields, findings } = useConflictsText();
  const names: Record<Check["kind"], string> = {
    conflict: text.conflict((fields as Record<string, string>)[check.about] ?? check.about),
    finding: (findings as Record<string, { name: string }>)[check.about]?.name ?? check.about,
    merge: text.merge,
  };
  const name = check.party_id === here ? names[check.kind] : `${names[check.kind]} (${check.party_id})`;
  if (!mayOpen) return <span>{name}</span>;
  const search = check.kind === "conflict" ? { at: check.id } : { view: VIEWS[check.kind], at: check.id };
  return (
    <Link className={styles["link"]} to="/conflicts" search={search}>
      {name}
    </Link>
  );
}

const VIEWS = { finding: "findings", merge: "merges" } as const;
