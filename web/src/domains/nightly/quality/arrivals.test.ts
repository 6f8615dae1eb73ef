import { expect, test } from "vitest";

import { arrivalsOf } from "./arrivals";
import type { FeedDay, FeedSeries } from "./qualityQuery";

function day(date: string, late: number | null): FeedDay {
  return { business_date: date, expected_at: null, arrived_at: null, late_minutes: late } as FeedDay;
}

test("dates of all feeds stand once each, the latest first", () => {
  const feeds = [
    { feed: "note", series: [day("2024-02-27", 0), day("2024-02-28", 61)] },
    { feed: "management", series: [day("2024-02-28", 61)] },
    { feed: "collateral", series: [day("2024-02-26", null)] },
  ] as FeedSeries[];
  expect(arrivalsOf(feeds).map((one) => [one.date, one.late])).toEqual([
    ["2024-02-28", 61],
    ["2024-02-27", 0],
    ["2024-02-26", null],
  ]);
});
