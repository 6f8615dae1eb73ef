import { useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "@/shared/api/client";
import type { Answer } from "@/shared/api/shapes";

export type FeedSeries = Answer<"/api/data-quality">[number];
export type FeedDay = FeedSeries["series"][number];
export type Alert = FeedSeries["alerts"][number];
export type FeedQuality = Answer<"/api/data-quality/{feed}">;
export type RenumberedKind = Answer<"/api/renumberings">["counts"][number]["kind"];
export type FieldQuality = FeedQuality["fields"][number];

/** How many of the last nights the pages show. */
export const NIGHTS = 30;
const KEYS = 20; // of a page of renumbered keys

/** Where the report of a month (2018-06) is taken from. */
export function reportAddress(month: string, language: string): string {
  return `/api/data-quality.xlsx?${new URLSearchParams({ month, lang: language }).toString()}`;
}

/** The delivered feeds over the last nights. */
export function useQuality() {
  return useQuery({
    queryKey: ["data-quality"],
    queryFn: () => unwrap(api.GET("/api/data-quality", { params: { query: { nights: NIGHTS } } })),
  });
}

/** One feed, field by field. */
export function useFeedQuality(feed: string) {
  return useQuery({
    queryKey: ["data-quality", feed],
    queryFn: () =>
      unwrap(api.GET("/api/data-quality/{feed}", { params: { path: { feed }, query: { nights: NIGHTS } } })),
  });
}

/** The map of former and present keys of a kind, page by page; with a key what has to do with it. */
export function useRenumberings(kind: RenumberedKind, key: string) {
  return useInfiniteQuery({
    queryKey: ["renumberings", kind, key],
    queryFn: ({ pageParam }) =>
      unwrap(api.GET("/api/renumberings", { params: { query: { kind, key, after: pageParam, limit: KEYS } } })),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: (before) => before,
  });
}
