import { useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "@/shared/api/client";
import type { Answer } from "@/shared/api/shapes";

const NIGHTS_PAGE = 40;
const REJECTS_PAGE = 50;
/** A running night is asked for at this pace; a finished one never changes. */
const RUNNING_POLL_MS = 3_000;

const DELIVERIES_POLL_MS = 60_000;

export type DayArrival = Answer<"/api/deliveries">["done"][number];

/** The runs, newest first, page by page by key. */
export function useNights() {
  return useInfiniteQuery({
    queryKey: ["nights"],
    queryFn: ({ pageParam }) =>
      unwrap(api.GET("/api/nights", { params: { query: { before: pageParam, limit: NIGHTS_PAGE } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: (query) =>
      query.state.data?.pages[0]?.items.some((night) => night.state === "running") ? RUNNING_POLL_MS : false,
  });
}

/** Which deliveries have come, are expected, late or missing. */
export function useDeliveries() {
  return useQuery({
    queryKey: ["deliveries"],
    queryFn: () => unwrap(api.GET("/api/deliveries")),
    refetchInterval: DELIVERIES_POLL_MS,
  });
}

/** One run with its stages, files and error. */
export function useNight(runId: string) {
  return useQuery({
    queryKey: ["night", runId],
    queryFn: () => unwrap(api.GET("/api/nights/{run_id}", { params: { path: { run_id: runId } } })),
    refetchInterval: (query) => (query.state.data?.state === "running" ? RUNNING_POLL_MS : false),
  });
}

/** The rejected rows of a run, page by page by key. */
export function useRejects(runId: string, feed: string | undefined) {
  return useInfiniteQuery({
    queryKey: ["rejects", runId, feed],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET("/api/nights/{run_id}/rejects", {
          params: { path: { run_id: runId }, query: { feed, after: pageParam, limit: REJECTS_PAGE } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
}
