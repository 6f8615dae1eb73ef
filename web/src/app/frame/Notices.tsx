import { useFrame } from "./frameQuery";
import { useFrameText } from "../text";
import { useUser } from "@/shared/api/session";
import { formatCount } from "@/shared/format/figures";
import { useLanguage } from "@/shared/i18n/text";
import { NoticeStrip } from "@/shared/ui/states";

/** What the user must know before believing a figure: sample data, old data, a missing calendar. */
export function Notices() {
  const text = useFrameText();
  const { language } = useLanguage();
  const { bank } = useUser();
  const frame = useFrame();
  const notice = language === "zh" ? bank.notice_zh : bank.notice_en;
  const about = [bank.simulated ? text.simulatedBank : "", notice].filter((part) => part !== "");
  const warnings: string[] = [];
  const book = frame.data;
  if (book?.stale === true && book.business_date !== null && book.age_days !== null) {
    const workdays = book.age_workdays === null ? null : formatCount(book.age_workdays);
    warnings.push(text.staleData(book.business_date, formatCount(book.age_days), workdays));
    if (!book.contact_allowed && !book.contact_rule_broken) warnings.push(text.noContact(book.contact_age_days_max));
  }
  if (book?.contact_rule_broken === true) warnings.push(text.contactRuleBroken);
  if (frame.data?.calendar_warning === true) warnings.push(text.calendarMissing);
  if (about.length === 0 && warnings.length === 0) return null;
  return (
    <section aria-label={text.notices}>
      {about.length > 0 && <NoticeStrip tone="info">{about.join(language === "zh" ? "" : " ")}</NoticeStrip>}
      {warnings.length > 0 && <NoticeStrip tone="warn">{warnings.join(" ")}</NoticeStrip>}
    </section>
  );
}
