import styles from "./NightsPage.module.css";
import { useReasonText } from "./reasonText";
import { useRequestText } from "./requestText";
import { useNightsText } from "./text";
import type { NightDetail } from "@/shared/api/shapes";
import { formatCount } from "@/shared/format/figures";
import { Panel } from "@/shared/ui/Panel";

/** Why rows were refused, the most frequent reason first; choosing one lists the rows of its feed. */
export function ReasonsPanel({
  reasons,
  onFeed,
}: {
  reasons: NonNullable<NightDetail["reasons"]>;
  onFeed: (feed: string) => void;
}) {
  const text = useNightsText();
  const request = useRequestText();
  const words = useReasonText();
  return (
    <Panel title={request.reasons}>
      <div className={styles["scroll"]}>
        <table className={styles["table"]}>
          <caption className="visually-hidden">{request.reasons}</caption>
          <thead>
            <tr>
              <th scope="col">{text.reason}</th>
              <th scope="col">{text.feed}</th>
              <th scope="col">{text.field}</th>
              <th scope="col" className={styles["figure"]}>{request.reasonRows}</th>
              <th scope="col" className={styles["figure"]}>{request.firstLine}</th>
            </tr>
          </thead>
          <tbody>
            {reasons.map((one) => (
              <tr key={`${one.feed}-${one.code}-${one.field}`}>
                <th scope="row" title={one.code}>{words[one.code] ?? one.code}</th>
                <td>
                  <button type="button" className={styles["open"]} onClick={() => onFeed(one.feed)}>
                    {text.feeds[one.feed] ?? one.feed}
                  </button>
                </td>
                <td>
                  <code>{one.field}</code>
                </td>
                <td className={`${styles["figure"]} ${styles["rejected"]}`}>{formatCount(one.rows)}</td>
                <td className={styles["figure"]}>{formatCount(one.first_line)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
