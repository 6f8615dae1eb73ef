import type { FeedDay, FeedSeries } from "./qualityQuery";

/** When the delivery of a business date came; `late` in minutes, null where no time was set. */
export interface DateArrival {
  date: string;
  expected: string | null;
  arrived: string | null;
  late: number | null;
}

/** The arrival that a night of a feed belongs to. */
export function arrivalOf(day: FeedDay): DateArrival {
  return { date: day.business_date, expected: day.expected_at, arrived: day.arrived_at, late: day.late_minutes };
}

/** The deliveries of all feeds by business date, the latest first. */
export function arrivalsOf(feeds: FeedSeries[]): DateArrival[] {
  const days = new Map(feeds.flatMap((feed) => feed.series.map((day) => [day.business_date, arrivalOf(day)] as const)));
  return [...days.values()].sort((one, other) => other.date.localeCompare(one.date));
}
