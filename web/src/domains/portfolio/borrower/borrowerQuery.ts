import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { Borrower, RevealInput } from "./shapes";
import { api, unwrap } from "@/shared/api/client";

/** A party with all that the book knows of it; while another date loads, the former stays on screen. */
export function useBorrower(partyId: string, asOf: string | undefined) {
  return useQuery({
    queryKey: ["borrower", partyId, asOf],
    queryFn: () =>
      unwrap(
        api.GET("/api/parties/{party_id}/overview", {
          params: { path: { party_id: partyId }, query: { as_of: asOf } },
        }),
      ),
    placeholderData: (before) => (before?.party_id === partyId ? before : undefined),
  });
}

/** What happened before the page of the time line that came with the party; asked page by page. */
export function useEarlier(borrower: Borrower) {
  const { party_id: partyId, as_of: asOf } = borrower;
  const { next } = borrower.timeline;
  return useInfiniteQuery({
    queryKey: ["timeline", partyId, asOf, next],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET("/api/parties/{party_id}/timeline", {
          params: { path: { party_id: partyId }, query: { as_of: asOf, after: pageParam } },
        }),
      ),
    initialPageParam: next ?? "",
    getNextPageParam: (page) => page.next ?? undefined,
    enabled: false,
  });
}

/** The explanation of a note at the close of a business date. */
export function useExplanation(noteId: string, asOf: string | undefined) {
  return useQuery({
    queryKey: ["explanation", noteId, asOf],
    queryFn: () =>
      unwrap(
        api.GET("/api/notes/{note_id}/explanation", {
          params: { path: { note_id: noteId }, query: { as_of: asOf } },
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

/** Everything that a party owes and guarantees, with its group. */
export function useExposure(partyId: string, asOf: string | undefined) {
  return useQuery({
    queryKey: ["exposure", partyId, asOf],
    queryFn: () =>
      unwrap(
        api.GET("/api/parties/{party_id}/exposure", {
          params: { path: { party_id: partyId }, query: { as_of: asOf } },
        }),
      ),
    placeholderData: (before) => (before?.party_id === partyId ? before : undefined),
  });
}

/** The figures in question of a party's notes: those of the core that are not ours, beyond the tolerance. */
export function useHeld(partyId: string, asOf: string | undefined) {
  return useQuery({
    queryKey: ["held", partyId, asOf],
    queryFn: () =>
      unwrap(
        api.GET("/api/parties/{party_id}/held", { params: { path: { party_id: partyId }, query: { as_of: asOf } } }),
      ),
  });
}

/** What is open about the data of a person, under any of its keys. */
export function usePartyChecks(partyId: string, asOf: string | undefined) {
  return useQuery({
    queryKey: ["party-checks", partyId, asOf],
    queryFn: () =>
      unwrap(
        api.GET("/api/parties/{party_id}/checks", { params: { path: { party_id: partyId }, query: { as_of: asOf } } }),
      ),
  });
}

/** Where a payment would go; asked only once there is an amount. The route writes nothing. */
export function usePayPreview(partyId: string, amountMinor: number | null, noteId: string | undefined) {
  return useQuery({
    queryKey: ["pay-preview", partyId, amountMinor, noteId],
    enabled: amountMinor !== null,
    queryFn: () =>
      unwrap(
        api.POST("/api/parties/{party_id}/allocation-preview", {
          params: { path: { party_id: partyId } },
          body: { amount_minor: amountMinor ?? 0, note_id: noteId ?? null },
        }),
      ),
    placeholderData: (before) => (before?.party_id === partyId ? before : undefined),
  });
}

/** Asks for personal data in clear; the time line then has one more entry. */
export function useReveal(partyId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: RevealInput) =>
      unwrap(api.POST("/api/parties/{party_id}/reveal", { params: { path: { party_id: partyId } }, body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["borrower", partyId] }),
  });
}

/** Where the customer's page of an explanation is. */
export function explanationPdf(noteId: string, asOf: string, language: string): string {
  return `/api/notes/${encodeURIComponent(noteId)}/explanation.pdf?as_of=${asOf}&lang=${language}`;
}
