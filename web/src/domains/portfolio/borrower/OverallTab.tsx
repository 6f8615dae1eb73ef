import { Skeleton } from "antd";

import styles from "./BorrowerPage.module.css";
import { useExposure } from "./borrowerQuery";
import { DebtTable } from "./DebtTable";
import { HeldTable } from "./HeldTable";
import { useOverallText } from "./overallText";
import { Fact, PartyLink, Quiet, useAmount, useUnit } from "./parts";
import { PayCalculator } from "./PayCalculator";
import type { BorrowerSearch } from "./search";
import type { Exposure } from "./shapes";
import { formatRate, sharePpm } from "@/shared/format/figures";
import { useLanguage } from "@/shared/i18n/text";
import { ErrorState } from "@/shared/ui/states";

interface OverallTabProps {
  partyId: string;
  search: BorrowerSearch;
  onSearch: (change: Partial<BorrowerSearch>) => void;
}

/** All debts and guarantees of the party together, contagion of class, and where a payment would go. */
export function OverallTab({ partyId, search, onSearch }: OverallTabProps) {
  const query = useExposure(partyId, search.as_of);
  if (query.data === undefined) {
    if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
    return <Skeleton active title={false} paragraph={{ rows: 12, width: "100%" }} />;
  }
  const exposure = query.data;
  return (
    <>
      <Sums exposure={exposure} />
      <DebtTable exposure={exposure} />
      <PayCalculator exposure={exposure} search={search} onSearch={onSearch} />
      <Contagion exposure={exposure} />
      <HeldTable exposure={exposure} direction="received" />
      <HeldTable exposure={exposure} direction="given" />
    </>
  );
}

function Sums({ exposure }: { exposure: Exposure }) {
  const text = useOverallText();
  const amount = useAmount();
  const unit = useUnit();
  const { sums, owed, group } = exposure;
  return (
    <section>
      <h2>
        {text.sums} <span className={styles["sub"]}>{`${text.asOf(exposure.as_of)} · ${unit}`}</span>
      </h2>
      <dl className={styles["facts"]}>
        <Fact name={text.direct}>{amount(sums.direct_minor)}</Fact>
        <Fact name={text.contingent}>{amount(sums.contingent_minor)}</Fact>
        <Fact name={text.total}>{amount(sums.total_minor)}</Fact>
        <Fact name={text.overdue} bad={owed.overdue_minor > 0}>{amount(owed.overdue_minor)}</Fact>
        {exposure.charged_off_minor > 0 && <Fact name={text.chargedOff}>{amount(exposure.charged_off_minor)}</Fact>}
        {group !== null && <Fact name={text.group(group.members.length)}>{amount(group.sums.total_minor)}</Fact>}
      </dl>
      <Quiet>{text.counted}</Quiet>
      {group !== null && (
        <p className={styles["quiet"]}>
          {`${text.groupWho}: `}
          {group.members.map((party, place) => (
            <span key={party.party_id}>
              {place > 0 && ", "}
              <PartyLink party={party} here={exposure.party_id} />
            </span>
          ))}
          {`. ${text.groupWhy}`}
          {group.members_left_out && ` ${text.groupCut}`}
        </p>
      )}
      {exposure.contracts_elsewhere > 0 && <p className={styles["warn"]}>{text.elsewhere(exposure.contracts_elsewhere)}</p>}
    </section>
  );
}

/** What the bad notes of the borrower mean for the others, with the rule and what of it is not applied. */
function Contagion({ exposure }: { exposure: Exposure }) {
  const text = useOverallText();
  const { language } = useLanguage();
  const amount = useAmount();
  const found = exposure.contagion;
  const zh = language === "zh";
  return (
    <section>
      <h2>{text.contagion}</h2>
      <p className={found.notes_lifted > 0 ? styles["bad"] : undefined}>{contagionWords(exposure, text, amount)}</p>
      <Quiet>{zh ? found.statement_zh : found.statement}</Quiet>
      {found.applies && <Quiet>{text.contagionSource(found.source, text.forces[found.force] ?? found.force, text.certainties[found.certainty] ?? found.certainty)}</Quiet>}
      <Quiet>{zh ? found.not_applied_zh : found.not_applied}</Quiet>
      <Quiet>{text.contagionFloor}</Quiet>
    </section>
  );
}

type OverallText = ReturnType<typeof useOverallText>;

function contagionWords(exposure: Exposure, text: OverallText, amount: (minor: number) => string): string {
  const { applies, above_ppm: above, claims_minor: claims, non_performing_minor: bad, spreads, ...found } = exposure.contagion;
  if (!applies || above === null) return text.contagionOff;
  if (claims === null || bad === null) {
    return exposure.contracts_elsewhere > 0 ? text.contagionHidden(found.notes_lifted) : text.contagionNone;
  }
  const share = text.contagionShare(amount(bad), amount(claims), formatRate(sharePpm(bad, claims)), formatRate(above));
  return `${share} ${spreads ? text.contagionSpreads(found.notes_lifted) : text.contagionNot}`;
}
