import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { ReconciliationSearch } from "./search";
import { api, done, unwrap } from "@/shared/api/client";
import type { Answer, Body } from "@/shared/api/shapes";

const PAGE = 50;
const KEY = "reconciliation";

export type DayAnswer = Answer<"/api/reconciliation">;
export type Day = DayAnswer["day"];
export type Cell = Day["cells"][number];
export type Difference = Answer<"/api/reconciliation/differences">["items"][number];
export type Declaration = Answer<"/api/reconciliation/declarations">[number];
export type DeclareInput = Body<"/api/reconciliation/declarations">;

/** What the page's filter is for the server. */
export function filterOf(search: ReconciliationSearch) {
  const { show = "open" } = search;
  return {
    state: show === "closed" ? ("closed" as const) : ("open" as const),
    component: search.component,
    product: search.product,
    verdict: show === "different" || show === "declared" ? show : undefined,
    held: show === "held" ? true : undefined,
    age_min: search.age,
  };
}

/** Where the workbook of a filter is. */
export function workbookAddress(search: ReconciliationSearch, language: string): string {
  const given = Object.entries({ ...filterOf(search), lang: language }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return `/api/reconciliation/differences.xlsx?${new URLSearchParams(given).toString()}`;
}

/** The reconciliation of a day. */
export function useDay(asOf: string | undefined) {
  return useQuery({
    queryKey: [KEY, "day", asOf],
    queryFn: () => unwrap(api.GET("/api/reconciliation", { params: { query: { as_of: asOf } } })),
    placeholderData: keepPreviousData,
  });
}

/** Differences of the latest night, page by page by key. */
export function useDifferences(search: ReconciliationSearch) {
  const filter = filterOf(search);
  return useInfiniteQuery({
    queryKey: [KEY, "differences", filter],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET("/api/reconciliation/differences", {
          params: { query: { ...filter, after: pageParam, limit: PAGE } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });
}

/** What was declared as known. */
export function useDeclarations() {
  return useQuery({
    queryKey: [KEY, "declarations"],
    queryFn: () => unwrap(api.GET("/api/reconciliation/declarations")),
  });
}

/** Declares a difference; everything on the page may differ afterwards. */
export function useDeclare() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: DeclareInput) => unwrap(api.POST("/api/reconciliation/declarations", { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: [KEY] }),
  });
}

/** Withdraws a declaration. */
export function useWithdraw() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, reason }: { id: number; reason: string }) =>
      done(
        api.POST("/api/reconciliation/declarations/{declaration_id}/withdraw", {
          params: { path: { declaration_id: id } },
          body: { reason },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: [KEY] }),
  });
}

/** Signs the run of a day that is on screen. */
export function useSignOff() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ day, remark }: { day: Day; remark: string }) =>
      done(
        api.POST("/api/reconciliation/{business_date}/sign-off", {
          params: { path: { business_date: day.business_date } },
          body: { run_id: day.run_id, remark },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: [KEY] }),
  });
}
