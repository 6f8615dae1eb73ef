import { Button } from "antd";

import styles from "./NightsPage.module.css";
import { useRequestText } from "./requestText";
import { useNightsText } from "./text";
import type { Night } from "@/shared/api/shapes";
import { useUser } from "@/shared/api/session";
import { formatShortInstant } from "@/shared/format/dates";
import { formatCount, formatDuration } from "@/shared/format/figures";
import { useLanguage } from "@/shared/i18n/text";
import { useRowInView } from "@/shared/ui/rowInView";
import { StateMark } from "@/shared/ui/StateMark";

interface NightListProps {
  items: Night[];
  chosen: string | undefined;
  onChoose: (run: string) => void;
  onMore: (() => void) | undefined;
  loadingMore: boolean;
}

/** The runs, newest first; the chosen one stands beside. */
export function NightList({ items, chosen, onChoose, onMore, loadingMore }: NightListProps) {
  const text = useNightsText();
  return (
    <>
      <table className={`${styles["table"]} ${styles["selectable"]}`}>
        <caption className="visually-hidden">{text.list}</caption>
        <thead>
          <tr>
            <th scope="col">{text.businessDate}</th>
            <th scope="col">{text.state}</th>
            <th scope="col" className={styles["figure"]}>{text.duration}</th>
            <th scope="col" className={styles["figure"]}>{text.notes}</th>
            <th scope="col" className={styles["figure"]}>{text.rejected}</th>
            <th scope="col">{text.finished}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((night) => (
            <NightRow key={night.run_id} night={night} chosen={night.run_id === chosen} onChoose={onChoose} />
          ))}
        </tbody>
      </table>
      {onMore !== undefined && (
        <div className={styles["more"]}>
          <Button type="link" onClick={onMore} loading={loadingMore}>
            {text.older}
          </Button>
        </div>
      )}
    </>
  );
}

interface NightRowProps {
  night: Night;
  chosen: boolean;
  onChoose: (run: string) => void;
}

function NightRow({ night, chosen, onChoose }: NightRowProps) {
  const text = useNightsText();
  const request = useRequestText();
  const { language } = useLanguage();
  const { bank } = useUser();
  const row = useRowInView(chosen);
  return (
    <tr ref={row} className={chosen ? styles["chosen"] : undefined} onClick={() => onChoose(night.run_id)}>
      <th scope="row">
        <button
          type="button"
          className={styles["open"]}
          aria-current={chosen ? "true" : undefined}
          onClick={(event) => {
            event.stopPropagation();
            onChoose(night.run_id);
          }}
        >
          {night.business_date}
          {night.kind === "correction" && <span className={styles["mark"]}>{request.correction}</span>}
        </button>
      </th>
      <td>
        <StateMark state={night.state}>{text.states[night.state] ?? night.state}</StateMark>
      </td>
      <td className={styles["figure"]}>{formatDuration(night.seconds, language)}</td>
      <td className={styles["figure"]}>{night.notes === null ? "–" : formatCount(night.notes)}</td>
      <td className={`${styles["figure"]} ${night.rejected > 0 ? styles["rejected"] : ""}`}>
        {formatCount(night.rejected)}
      </td>
      <td>{formatShortInstant(night.finished_at, bank.time_zone)}</td>
    </tr>
  );
}
