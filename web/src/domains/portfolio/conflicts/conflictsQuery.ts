import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { ConflictField, ConflictState, Evidence, FindingCode, FindingState, MergeState } from "./search";
import { api, done, unwrap } from "@/shared/api/client";
import type { Answer, Body } from "@/shared/api/shapes";

const PAGE = 100;

export type Finding = Answer<"/api/conflicts/findings">["items"][number];

export type Conflict = Answer<"/api/conflicts">["items"][number];
export type ConflictValue = Conflict["values"][number];
export type RevealReason = Body<"/api/conflicts/{conflict_id}/reveal">["reason"];

export type Merge = Answer<"/api/conflicts/merges">["items"][number];
export type MergeSide = Merge["sides"][number];
export type MergeDecision = Body<"/api/conflicts/merges/{duplicate_id}/decide">["decision"];

/** Contradicting sources of a state and field, the oldest first, page by page. */
export function useConflicts(state: ConflictState, field: ConflictField | undefined) {
  return useInfiniteQuery({
    queryKey: ["conflicts", state, field],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET("/api/conflicts", {
          params: { query: { state, limit: PAGE, after: pageParam, ...(field === undefined ? {} : { field }) } },
        }),
      ),
    initialPageParam: 0,
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

/** Enters which value counts: its number, 0 for none of them. */
export function useDecideConflict() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ conflict, value, reason }: { conflict: Conflict; value: number; reason: string }) =>
      done(
        api.POST("/api/conflicts/{conflict_id}/decide", {
          params: { path: { conflict_id: conflict.id } },
          body: { values_hash: conflict.values_hash, value, reason },
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: ["conflicts"] }),
  });
}

/** Shows the values in clear; an event of the customer says who saw them and why. */
export function useRevealConflict(id: number) {
  return useMutation({
    mutationFn: (reason: RevealReason) =>
      unwrap(
        api.POST("/api/conflicts/{conflict_id}/reveal", {
          params: { path: { conflict_id: id } },
          body: { reason, note: "" },
        }),
      ),
  });
}

/** Findings of a state and kind, the oldest first, page by page. */
export function useFindings(state: FindingState, code: FindingCode | undefined) {
  return useInfiniteQuery({
    queryKey: ["findings", "list", state, code],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET("/api/conflicts/findings", {
          params: { query: { state, limit: PAGE, after: pageParam, ...(code === undefined ? {} : { code }) } },
        }),
      ),
    initialPageParam: 0,
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

/** How many findings of each kind a state has. */
export function useFindingCounts(state: FindingState) {
  return useQuery({
    queryKey: ["findings", "counts", state],
    queryFn: () => unwrap(api.GET("/api/conflicts/findings/counts", { params: { query: { state } } })),
  });
}

/** Enters why a finding may stay. */
export function useExplain() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, reason }: { id: number; reason: string }) =>
      done(
        api.POST("/api/conflicts/findings/{finding_id}/explain", {
          params: { path: { finding_id: id } },
          body: { reason },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ["findings"] }),
  });
}

/** Pairs of keys that may be one person, of a state and with an evidence, the oldest first, page by page. */
export function useMerges(state: MergeState, evidence: Evidence | undefined) {
  return useInfiniteQuery({
    queryKey: ["merges", state, evidence],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET("/api/conflicts/merges", {
          params: { query: { state, limit: PAGE, after: pageParam, ...(evidence === undefined ? {} : { evidence }) } },
        }),
      ),
    initialPageParam: 0,
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

interface MergeAnswer {
  merge: Merge;
  decision: MergeDecision;
  reason: string;
}

/** Enters whether two keys are one person, on the evidence that was looked at; pages of customers change with it. */
export function useDecideMerge() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ merge, decision, reason }: MergeAnswer) =>
      done(
        api.POST("/api/conflicts/merges/{duplicate_id}/decide", {
          params: { path: { duplicate_id: merge.id } },
          body: {
            decision,
            reason,
            evidence: merge.evidence,
            before: merge.state === "merged" || merge.state === "apart" ? merge.state : "",
          },
        }),
      ),
    onSettled: () =>
      Promise.all(
        ["merges", "borrower", "party-checks", "held"].map((key) => client.invalidateQueries({ queryKey: [key] })),
      ),
  });
}
