import { Button } from "antd";
import { Fragment } from "react";

import styles from "./BorrowerPage.module.css";
import { useEarlier } from "./borrowerQuery";
import { useLifeText } from "./lifeText";
import { Quiet, useAmount } from "./parts";
import type { Borrower, TimelineItem } from "./shapes";
import { useBorrowerText } from "./text";
import { useUser } from "@/shared/api/session";
import { formatInstant } from "@/shared/format/dates";

/** What happened, newest first: money, missed due dates, buckets at month-ends, looks at personal data. */
export function TimelineTab({ borrower }: { borrower: Borrower }) {
  const text = useBorrowerText();
  const { bank } = useUser();
  const words = useItemWords();
  const earlier = useEarlier(borrower);
  const pages = [borrower.timeline, ...(earlier.data?.pages ?? [])];
  const left = pages.at(-1)?.left_out ?? 0;
  if (borrower.timeline.items.length === 0) return <Quiet>{text.timelineNoneWhy}</Quiet>;
  return (
    <section aria-label={text.tabs.timeline}>
      <div className={styles["timeline"]}>
        {pages.flatMap((page) => page.items).map((item, place) => (
          <Fragment key={`${item.on} ${item.kind} ${place}`}>
            <span className={styles["when"]} title={item.at === null ? undefined : formatInstant(item.at, bank.time_zone)}>
              {item.on}
            </span>
            <span className={styles["sub"]}>{item.note_id ?? ""}</span>
            <span className={item.kind === "missed" && item.cleared_on === null ? styles["bad"] : undefined}>
              {words(item)}
            </span>
          </Fragment>
        ))}
      </div>
      {earlier.isError && <Quiet>{text.timelineFailed}</Quiet>}
      {left > 0 && (
        <Button style={{ marginTop: 12 }} loading={earlier.isFetching} onClick={() => void earlier.fetchNextPage()}>
          {text.timelineEarlier(left)}
        </Button>
      )}
    </section>
  );
}

function useItemWords(): (item: TimelineItem) => string {
  const text = useBorrowerText();
  const life = useLifeText();
  const payers: Partial<Record<string, string>> = life.payers;
  const { bank } = useUser();
  const amount = useAmount();
  const bucket = (name: string | null | undefined) => (name === null || name === undefined ? "–" : (text.buckets[name] ?? name));
  return (item) => {
    const money = amount(item.amount_minor);
    switch (item.kind) {
      case "disbursed":
        return text.items.disbursed(money);
      case "repaid":
        return [text.items.repaid(money, item.reference), payers[item.payer ?? "borrower"]].filter(Boolean).join(" · ");
      case "reversed":
        return text.items.reversed(money, item.reference);
      case "missed":
        return text.items.missed(item.seq ?? 0, money, item.days ?? 0, item.cleared_on ?? "");
      case "bucket":
        return text.items.bucket(bucket(item.from_bucket), bucket(item.to_bucket));
      case "revealed":
        return text.items.revealed(item.who, text.reasons[item.reference] ?? item.reference);
      case "event":
        return life.happened(
          item.event === null || item.event === undefined ? "" : life.kinds[item.event],
          item.amount_minor === null || item.amount_minor === undefined ? "" : money,
          item.until_on ?? "",
          item.reference,
        );
      case "event_reversed":
        return life.undoneItem(item.event === null || item.event === undefined ? "" : life.kinds[item.event], item.reference);
      case "contact":
        return text.items.contact(text.kinds[item.reference] ?? item.reference);
      case "renumbered":
        return text.items.renumbered(item.reference, item.note_id !== null);
      case "corrected":
        return text.items.corrected(formatInstant(item.at, bank.time_zone));
    }
  };
}
