import { Link } from "@tanstack/react-router";
import { DatePicker } from "antd";
import dayjs from "dayjs";
import type { ReactNode } from "react";

import styles from "./BorrowerPage.module.css";
import type { Borrower, Feed, FormerKey, PartyBrief } from "./shapes";
import { useBorrowerText } from "./text";
import { useCurrency } from "@/shared/api/session";
import { currencyUnitName, grouped, scaledDecimal } from "@/shared/format/money";
import { useLanguage } from "@/shared/i18n/text";
import { useTheme } from "@/shared/theme/theme";
import { bucketColour } from "@/shared/theme/tokens";

/** Writes amounts to the minor unit, without the currency: it stands in the header. A missing amount is a dash. */
export function useAmount(): (minor: number | null | undefined) => string {
  const { minorDigits } = useCurrency();
  return (minor) =>
    minor === null || minor === undefined ? "–" : grouped(scaledDecimal(minor, minorDigits, minorDigits));
}

/** The name of the bank's currency. */
export function useUnit(): string {
  return currencyUnitName(useCurrency(), useLanguage().language);
}

interface AsOfPickerProps {
  borrower: Borrower;
  asOf: string | undefined;
  onAsOf: (asOf: string | undefined) => void;
}

/** The business date of the page, among those that the book knows. */
export function AsOfPicker({ borrower, asOf, onAsOf }: AsOfPickerProps) {
  const text = useBorrowerText();
  return (
    <DatePicker
      aria-label={text.asOf}
      size="small"
      style={{ width: 140 }}
      placeholder={text.latest}
      value={asOf === undefined ? null : dayjs(asOf)}
      minDate={dayjs(borrower.first_on)}
      maxDate={dayjs(borrower.last_on)}
      defaultPickerValue={dayjs(borrower.last_on)}
      showNow={false}
      onChange={(day) => onAsOf(day?.format("YYYY-MM-DD"))}
    />
  );
}

/** A bucket by colour and name. */
export function BucketMark({ bucket }: { bucket: string }) {
  const { name: theme } = useTheme();
  const text = useBorrowerText();
  return (
    <span className={styles["bucket"]}>
      <span className={styles["swatch"]} style={{ background: bucketColour(bucket, theme) }} aria-hidden />
      {text.buckets[bucket] ?? bucket}
    </span>
  );
}

/** The day on which the bank last delivered a feed; null when it never did. */
export function deliveredOn(borrower: Borrower, feed: Feed): string | null {
  return borrower.feeds.find((row) => row.feed === feed)?.delivered_on ?? null;
}

/** A name and its value. */
export function Fact({ name, bad, children }: { name: string; bad?: boolean; children: ReactNode }) {
  return (
    <div className={bad ? styles["late"] : undefined}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Another party, as a link to its page. */
export function PartyLink({ party, here }: { party: PartyBrief; here: string }) {
  const text = useBorrowerText();
  const name = party.name === "" ? party.party_id : party.name;
  if (party.party_id === here) return <strong>{name}</strong>;
  return (
    <Link className={styles["link"]} to="/parties/$partyId" params={{ partyId: party.party_id }} aria-label={text.open(name)}>
      {name}
    </Link>
  );
}

/** Marks a row that the core system no longer delivers. */
export function StaleMark({ since }: { since: string | null | undefined }) {
  const text = useBorrowerText();
  if (since === null || since === undefined) return null;
  return <span className={styles["stale"]}>{text.stale(since)}</span>;
}

interface TableProps {
  caption: string;
  head: { name: string; figure?: boolean }[];
  children: ReactNode;
}

/** A dense table with a caption for assistive technology. */
export function Table({ caption, head, children }: TableProps) {
  return (
    <div className={styles["scroll"]} tabIndex={0} role="region" aria-label={caption}>
      <table className={styles["table"]}>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {head.map((column) => (
              <th key={column.name} scope="col" className={column.figure ? styles["figure"] : undefined}>
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

/** Says in a line why there is nothing. */
export function Quiet({ children }: { children: ReactNode }) {
  return <p className={styles["quiet"]}>{children}</p>;
}

/** Keys that a customer or note had before a merger, the latest first. */
export function FormerKeys({ keys }: { keys: readonly FormerKey[] }) {
  const text = useBorrowerText();
  if (keys.length === 0) return null;
  return <span className={styles["sub"]}>{keys.map((one) => text.formerKey(one.key, one.until_on)).join(" · ")}</span>;
}
