import { arrivalsOf, type DateArrival } from "./arrivals";
import styles from "./quality.module.css";
import type { FeedSeries } from "./qualityQuery";
import { useArrivalText } from "./arrivalText";
import { useDeliveries } from "../nightsQuery";
import { useUser } from "@/shared/api/session";
import { formatShortInstant } from "@/shared/format/dates";
import { formatCount, formatDuration } from "@/shared/format/figures";
import { useLanguage } from "@/shared/i18n/text";
import { Panel } from "@/shared/ui/Panel";

const SECONDS_A_MINUTE = 60;
const SHOWN = 10;
const DUE_SHOWN = 3;

/** Did the deliveries come in time? Those that are due first, then the latest nights. */
export function ArrivalsPanel({ feeds }: { feeds: FeedSeries[] }) {
  const text = useArrivalText();
  const deliveries = useDeliveries().data;
  const done = arrivalsOf(feeds);
  const due = (deliveries?.due ?? []).filter((day) => day.state !== "arrived");
  const more = Math.max(due.length - DUE_SHOWN, 0) + (deliveries?.due_more ?? 0);
  if (done.length === 0) return null;
  const timed = done.filter((day) => day.late !== null);
  const late = timed.filter((day) => (day.late ?? 0) > 0).length;
  const by = deliveries?.expected_by ?? null;
  const note = by === null ? text.noTime : text.note(by, formatCount(timed.length), formatCount(late));
  return (
    <Panel title={text.title} note={note}>
      <table className={styles["table"]}>
        <caption className="visually-hidden">{text.title}</caption>
        <thead>
          <tr>
            <th scope="col">{text.businessDate}</th>
            <th scope="col">{text.expected}</th>
            <th scope="col">{text.arrived}</th>
            <th scope="col">{text.state}</th>
          </tr>
        </thead>
        <tbody>
          {more > 0 && (
            <tr>
              <td colSpan={4} className={styles["quiet"]}>{text.more(formatCount(more))}</td>
            </tr>
          )}
          {due.slice(0, DUE_SHOWN).reverse().map((day) => (
            <ArrivalRow
              key={day.business_date}
              day={{ date: day.business_date, expected: day.expected_at, arrived: null, late: day.late_minutes }}
              state={text.states[day.state] ?? day.state}
              loud={day.state !== "expected"}
            />
          ))}
          {done.slice(0, SHOWN).map((day) => (
            <ArrivalRow key={day.date} day={day} />
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

interface RowProps {
  day: DateArrival;
  /** Of a delivery that has not come. */
  state?: string;
  loud?: boolean;
}

function ArrivalRow({ day, state, loud = false }: RowProps) {
  const zone = useUser().bank.time_zone;
  return (
    <tr>
      <th scope="row">{day.date}</th>
      <td>{day.expected === null ? "–" : formatShortInstant(day.expected, zone)}</td>
      <td>{day.arrived === null ? "–" : formatShortInstant(day.arrived, zone)}</td>
      <td>{state === undefined ? <Lateness day={day} /> : <span className={loud ? styles["bad"] : ""}>{state}</span>}</td>
    </tr>
  );
}

/** In time, or how late a delivery came. */
export function Lateness({ day }: { day: DateArrival }) {
  const text = useArrivalText();
  const { language } = useLanguage();
  if (day.arrived === null) return <span className={styles["quiet"]}>{text.unknown}</span>;
  if (day.late === null) return <span>{text.came}</span>;
  if (day.late === 0) return <span>{text.inTime}</span>;
  return <span className={styles["bad"]}>{text.late(formatDuration(day.late * SECONDS_A_MINUTE, language))}</span>;
}
