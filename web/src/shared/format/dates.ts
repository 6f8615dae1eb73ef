import dayjs from "dayjs";

interface ZonedParts {
  date: string;
  time: string;
}

function zonedParts(instant: string, timeZone: string): ZonedParts {
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const parts = Object.fromEntries(format.formatToParts(new Date(instant)).map((p) => [p.type, p.value]));
  return {
    date: `${parts["year"]}-${parts["month"]}-${parts["day"]}`,
    time: `${parts["hour"]}:${parts["minute"]}`,
  };
}

/** A UTC instant as the bank's wall time, "2026-11-20 05:12". */
export function formatInstant(instant: string | null, timeZone: string): string {
  if (instant === null) return "–";
  const { date, time } = zonedParts(instant, timeZone);
  return `${date} ${time}`;
}

/** The same without the year, "11-20 05:12": for lists whose first column says the year. */
export function formatShortInstant(instant: string | null, timeZone: string): string {
  return formatInstant(instant, timeZone).slice(instant === null ? 0 : 5);
}

/** The hour and minute of a UTC instant in the bank's zone, "05:12". */
export function formatClock(instant: string, timeZone: string): string {
  return zonedParts(instant, timeZone).time;
}

/** A day of the calendar as an address holds it, else undefined: 2018-02-30 is none. */
export function readDay(value: unknown): string | undefined {
  if (typeof value !== "string" || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return undefined;
  return dayjs(value).format("YYYY-MM-DD") === value ? value : undefined;
}

/** The zone of the bank's times in words, "China Standard Time", the same in summer and winter: said once where times are shown. */
export function zoneName(timeZone: string, languageTag: string): string {
  const parts = new Intl.DateTimeFormat(languageTag, { timeZone, timeZoneName: "longGeneric" }).formatToParts(new Date(0));
  return parts.find((part) => part.type === "timeZoneName")?.value ?? timeZone;
}
