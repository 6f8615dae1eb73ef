import { useNightsText } from "../text";
import { useAlertText } from "./alertText";
import styles from "./quality.module.css";
import type { Alert } from "./qualityQuery";
import { formatCount, formatRate } from "@/shared/format/figures";
import { scaledDecimal } from "@/shared/format/money";

interface AlertListProps {
  alerts: Alert[];
  /** Said where alerts of several feeds stand together. */
  withFeed?: boolean;
  /** Said where alerts of several nights stand together. */
  withDate?: boolean;
}

/** What is unlike the nights before, one line each. */
export function AlertList({ alerts, withFeed = false, withDate = false }: AlertListProps) {
  const text = useAlertText();
  const feeds = useNightsText().feeds;
  const words = useAlertWords();
  return (
    <ul className={styles["alerts"]}>
      {alerts.map((alert) => (
        <li key={`${alert.run_id} ${alert.feed} ${alert.field} ${alert.measure}`}>
          <span className={`${styles["mark"]} ${alert.level === "alert" ? styles["loud"] : ""}`}>
            {text.levels[alert.level]}
          </span>
          {withDate && <span className={styles["quiet"]}>{alert.business_date}</span>}
          {withFeed && <strong>{feeds[alert.feed] ?? alert.feed}</strong>}
          {alert.field !== "" && <code>{alert.field}</code>}
          <span>{words(alert)}</span>
        </li>
      ))}
    </ul>
  );
}

/** An alert as a sentence. */
export function useAlertWords(): (alert: Alert) => string {
  const text = useAlertText();
  return (alert) => {
    switch (alert.measure) {
      case "volume":
        return text.volume(
          formatCount(alert.value), formatCount(alert.usual), scaledDecimal(alert.score, 3, 1), alert.nights,
        );
      case "distribution":
        return text.distribution(scaledDecimal(alert.score, 6, 2), scaledDecimal(alert.usual, 6, 2), alert.nights);
      case "completeness":
        return text.completeness(formatRate(alert.value), formatRate(alert.usual));
      case "validity":
        return text.validity(formatRate(alert.value), formatRate(alert.usual));
    }
  };
}

/** How many alerts a feed has, in one mark; nothing without any. */
export function AlertMark({ alerts }: { alerts: Alert[] }) {
  const text = useAlertText();
  const words = useAlertWords();
  if (alerts.length === 0) return null;
  const loud = alerts.filter((alert) => alert.level === "alert").length;
  return (
    <span
      className={`${styles["mark"]} ${loud > 0 ? styles["loud"] : ""}`}
      title={alerts.map((alert) => `${alert.field} ${words(alert)}`.trim()).join("\n")}
    >
      {text.count(loud, alerts.length - loud)}
    </span>
  );
}
