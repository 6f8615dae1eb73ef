import { ArrowLeftOutlined } from "@ant-design/icons";
import { Button } from "antd";

import styles from "./BorrowerPage.module.css";
import { AsOfPicker, BucketMark, Fact, FormerKeys, useAmount, useUnit } from "./parts";
import { PersonNotice } from "./PersonNotice";
import { RevealBlock } from "./Reveal";
import type { BorrowerSearch } from "./search";
import type { Borrower } from "./shapes";
import { useBorrowerText } from "./text";
import { useInstitutions } from "@/shared/api/reference";
import { useUser } from "@/shared/api/session";
import { formatCount } from "@/shared/format/figures";
import { formatShortInstant } from "@/shared/format/dates";
import { localName } from "@/shared/i18n/language";
import { useLanguage } from "@/shared/i18n/text";

interface BorrowerHeadProps {
  borrower: Borrower;
  search: BorrowerSearch;
  onSearch: (change: Partial<BorrowerSearch>) => void;
  onBack: () => void;
}

/** Who it is, what is owed in all, and of which day the page is. */
export function BorrowerHead({ borrower, search, onSearch, onBack }: BorrowerHeadProps) {
  const text = useBorrowerText();
  const { bank } = useUser();
  const paper = text.identities[borrower.identity_kind] ?? borrower.identity_kind;
  return (
    <header className={styles["head"]}>
      <div className={styles["who"]}>
        <h1>
          <Button size="small" type="text" icon={<ArrowLeftOutlined />} aria-label={text.back} onClick={onBack} />
          {borrower.name}
          <span className={styles["tag"]}>{text.partyKinds[borrower.party_kind] ?? borrower.party_kind}</span>
          {borrower.sums.notes > 0 && (
            <span className={styles["tag"]}>
              <BucketMark bucket={borrower.sums.bucket} />
            </span>
          )}
        </h1>
        <div className={styles["line"]}>
          <code>{borrower.party_id}</code>
          <FormerKeys keys={borrower.former_keys} />
          {borrower.identity_number !== "" && <span>{`${paper} ${borrower.identity_number}`}</span>}
          <Managing borrower={borrower} />
          <RevealBlock partyId={borrower.party_id} part="identity">
            {(shown) => (
              <span className={styles["clear"]}>
                {shown.name} {shown.identity_number}
              </span>
            )}
          </RevealBlock>
        </div>
        <PersonNotice borrower={borrower} />
      </div>
      <Sums borrower={borrower} />
      <div className={styles["date"]}>
        <AsOfPicker borrower={borrower} asOf={search.as_of} onAsOf={(as_of) => onSearch({ as_of })} />
        <div>{text.known(borrower.as_of, formatShortInstant(borrower.known_at, bank.time_zone))}</div>
      </div>
    </header>
  );
}

/** Branch and managing officer of the first note. */
function Managing({ borrower }: { borrower: Borrower }) {
  const text = useBorrowerText();
  const { language } = useLanguage();
  const institutions = useInstitutions();
  const first = borrower.contracts[0];
  if (first === undefined) return null;
  const branch = institutions.data?.find((item) => item.code === first.institution_code);
  const officer = first.notes[0]?.officer;
  return (
    <>
      <span>{branch === undefined ? first.institution_code : localName(language, branch)}</span>
      <span>{`${text.officer} ${officer?.officer_name ?? text.noOfficer}`}</span>
    </>
  );
}

function Sums({ borrower }: { borrower: Borrower }) {
  const text = useBorrowerText();
  const amount = useAmount();
  const unit = useUnit();
  const { sums } = borrower;
  return (
    <dl className={styles["sums"]}>
      <Fact name={`${text.overdue} · ${unit}`} bad={sums.overdue_minor > 0}>
        {amount(sums.overdue_minor)}
      </Fact>
      <Fact name={`${text.balance} · ${unit}`}>{amount(sums.balance_minor)}</Fact>
      <Fact name={text.days}>{text.dayCount(sums.dpd)}</Fact>
      <Fact name={text.ownNotes}>{formatCount(sums.notes)}</Fact>
    </dl>
  );
}
