import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { filtersOf, queryOf, type LoansSearch } from "./search";
import { api, done, unwrap } from "@/shared/api/client";
import type { paths } from "@/api/schema";
import type { Answer } from "@/shared/api/shapes";

export type Loan = Answer<"/api/loans">["items"][number];
export type Summary = Answer<"/api/loans/summary">;
export type View = Answer<"/api/views">[number];
export type Tag = Answer<"/api/tags">[number];

type LoansParameters = NonNullable<paths["/api/loans"]["get"]["parameters"]["query"]>;
type SummaryParameters = NonNullable<paths["/api/loans/summary"]["get"]["parameters"]["query"]>;

export const PAGE_ROWS = 100;
/** Lists of values change with the night, not within a working hour. */
const FACETS_STALE_MS = 10 * 60_000;

/** The notes of a question, page by page by key. While another question loads, the former stays on screen, dimmed. */
export function useLoans(search: LoansSearch) {
  const query = queryOf(search);
  return useInfiniteQuery({
    queryKey: ["loans", query],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET("/api/loans", {
          params: { query: { ...(query as LoansParameters), after: pageParam, limit: PAGE_ROWS } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });
}

/** How many notes and borrowers a question finds, and how much they owe. */
export function useLoansSummary(search: LoansSearch) {
  const query = queryOf(filtersOf(search));
  return useQuery({
    queryKey: ["loans-summary", query],
    queryFn: () => unwrap(api.GET("/api/loans/summary", { params: { query: query as SummaryParameters } })),
    placeholderData: keepPreviousData,
  });
}

/** The values that filters can have in the user's institutions. */
export function useFacets() {
  return useQuery({
    queryKey: ["loans-facets"],
    queryFn: () => unwrap(api.GET("/api/loans/facets")),
    staleTime: FACETS_STALE_MS,
  });
}

/** Own and shared views. */
export function useViews() {
  return useQuery({ queryKey: ["views"], queryFn: () => unwrap(api.GET("/api/views")) });
}

/** Saves, changes and deletes own views. */
export function useViewChanges() {
  const client = useQueryClient();
  const onSuccess = () => void client.invalidateQueries({ queryKey: ["views"] });
  const save = useMutation({
    mutationFn: ({ name, search }: { name: string; search: LoansSearch }) =>
      unwrap(api.POST("/api/views", { body: { name, query: queryOf(search), shared: false } })),
    onSuccess,
  });
  const change = useMutation({
    mutationFn: ({ id, ...body }: { id: number; name?: string; shared?: boolean; query?: Record<string, unknown> }) =>
      unwrap(api.PUT("/api/views/{view_id}", { params: { path: { view_id: id } }, body })),
    onSuccess,
  });
  const remove = useMutation({
    mutationFn: (id: number) => done(api.DELETE("/api/views/{view_id}", { params: { path: { view_id: id } } })),
    onSuccess,
  });
  return { save, change, remove };
}

/** Puts tags on notes and takes them off; adds words to the bank's catalogue. */
export function useTagging() {
  const client = useQueryClient();
  const refresh = () => {
    void client.invalidateQueries({ queryKey: ["loans"] });
    void client.invalidateQueries({ queryKey: ["loans-summary"] });
    void client.invalidateQueries({ queryKey: ["loans-facets"] });
  };
  const put = useMutation({
    mutationFn: (body: { note_ids: string[]; add: number[]; remove: number[] }) =>
      unwrap(api.PUT("/api/loans/tags", { body })),
    onSuccess: refresh,
  });
  const create = useMutation({
    mutationFn: (name: string) => unwrap(api.POST("/api/tags", { body: { name } })),
    onSuccess: () => void client.invalidateQueries({ queryKey: ["loans-facets"] }),
  });
  return { put, create };
}
