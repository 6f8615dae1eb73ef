import { Skeleton } from "antd";

import styles from "./NightsPage.module.css";
import { useEffectOf, type DateEffect } from "./requestsQuery";
import { useRequestText } from "./requestText";
import { useCurrency } from "@/shared/api/session";
import { formatCount } from "@/shared/format/figures";
import { grouped, plainMoney } from "@/shared/format/money";
import { ErrorState } from "@/shared/ui/states";

/** Which figures of which dates a correction has changed: before → after. */
export function EffectTable({ id }: { id: string }) {
  const text = useRequestText();
  const { code } = useCurrency();
  const effect = useEffectOf(id);
  if (effect.data === undefined) {
    if (effect.isError) return <ErrorState error={effect.error} onRetry={() => void effect.refetch()} />;
    return <Skeleton active title={false} paragraph={{ rows: 3 }} />;
  }
  if (!effect.data.some((one) => one.changed)) return <p className={styles["quiet"]}>{text.effectNone}</p>;
  return (
    <div className={styles["scrollX"]}>
      <table className={styles["table"]}>
        <caption className="visually-hidden">{text.effect}</caption>
        <thead>
          <tr>
            <th scope="col">{text.effectDate}</th>
            <th scope="col" className={styles["figure"]}>{text.effectOverdueNotes}</th>
            <th scope="col" className={styles["figure"]}>{text.effectOverdue} ({code})</th>
            <th scope="col" className={styles["figure"]}>{text.effectBalance} ({code})</th>
            <th scope="col">{text.effectBuckets}</th>
          </tr>
        </thead>
        <tbody>
          {effect.data.map((one) => (
            <EffectRow key={one.business_date} effect={one} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function EffectRow({ effect }: { effect: DateEffect }) {
  const text = useRequestText();
  const currency = useCurrency();
  const money = (minor: number) => grouped(plainMoney(minor, currency));
  const buckets = effect.buckets
    .filter((one) => one.notes_before !== one.notes_after)
    .map((one) => {
      const name = text.buckets[one.bucket] ?? one.bucket;
      return `${name} ${formatCount(one.notes_before)} → ${formatCount(one.notes_after)}`;
    });
  return (
    <tr>
      <th scope="row">{effect.business_date}</th>
      <td className={styles["figure"]}>
        <Pair before={formatCount(effect.overdue_notes_before)} after={formatCount(effect.overdue_notes_after)} />
      </td>
      <td className={styles["figure"]}>
        <Pair before={money(effect.overdue_before_minor)} after={money(effect.overdue_after_minor)} />
      </td>
      <td className={styles["figure"]}>
        <Pair before={money(effect.balance_before_minor)} after={money(effect.balance_after_minor)} />
      </td>
      <td className={styles["wrap"]}>{buckets.length === 0 ? <span className={styles["quiet"]}>{text.same}</span> : buckets.join("; ")}</td>
    </tr>
  );
}

/** A figure before → after. */
export function Pair({ before, after }: { before: string; after: string }) {
  const text = useRequestText();
  if (before === after) return <span className={styles["quiet"]}>{text.same}</span>;
  return (
    <>
      <del className={styles["former"]}>{before}</del> → <strong>{after}</strong>
    </>
  );
}
