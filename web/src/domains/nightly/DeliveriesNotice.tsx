import { useDeliveriesText } from "./deliveriesText";
import styles from "./NightsPage.module.css";
import { useDeliveries, type DayArrival } from "./nightsQuery";
import { useUser } from "@/shared/api/session";
import { formatInstant } from "@/shared/format/dates";
import { formatCount, formatDuration } from "@/shared/format/figures";
import { useLanguage } from "@/shared/i18n/text";
import { NoticeStrip } from "@/shared/ui/states";

const SECONDS_A_MINUTE = 60;
const MINUTES_A_DAY = 1_440;

/** What is odd about deliveries: late, missing, or another one of a date after its night. Nothing where nothing is. */
export function DeliveriesNotice() {
  const text = useDeliveriesText();
  const { language } = useLanguage();
  const { bank } = useUser();
  const found = useDeliveries();
  if (found.data === undefined) return null;
  const { done, due, due_more: more } = found.data;
  const odd = due.filter((day) => day.state === "late" || day.state === "missing");
  const first = odd[0];
  const again = done.filter((day) => day.again);
  if (first === undefined && again.length === 0) return null;
  const minutes = first?.late_minutes ?? 0;
  const late =
    minutes < 2 * MINUTES_A_DAY
      ? formatDuration(minutes * SECONDS_A_MINUTE, language)
      : text.days(formatCount(Math.floor(minutes / MINUTES_A_DAY)));
  return (
    <NoticeStrip tone="warn">
      {first !== undefined &&
        text.late(first.business_date, formatInstant(first.expected_at, bank.time_zone), late, first.state === "missing")}
      {odd.length + more > 1 && ` ${text.more(formatCount(odd.length + more - 1))}`}
      {again.map((day) => ` ${text.again(day.business_date, day.sent.length, day.used ?? 1)}`).join("")}
    </NoticeStrip>
  );
}

/** All deliveries of a date that had several: the last complete one counts. */
export function DeliveriesOf({ businessDate }: { businessDate: string }) {
  const text = useDeliveriesText();
  const found = useDeliveries();
  const day = found.data?.done.find((one) => one.business_date === businessDate);
  if (day === undefined || day.sent.length < 2) return null;
  return <p className={styles["quiet"]}>{text.several(day.sent.length)} {day.sent.map((one) => <Sent key={one.sequence} day={day} one={one} />)}</p>;
}

function Sent({ day, one }: { day: DayArrival; one: DayArrival["sent"][number] }) {
  const text = useDeliveriesText();
  const { bank } = useUser();
  const when = one.complete_at === null ? text.incomplete : formatInstant(one.complete_at, bank.time_zone);
  return (
    <span className={styles["sent"]}>
      {one.folder} ({when}{one.sequence === day.used && <strong> · {text.used}</strong>})
    </span>
  );
}
