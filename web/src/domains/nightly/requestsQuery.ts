import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, done, unwrap } from "@/shared/api/client";
import type { Answer } from "@/shared/api/shapes";

/** While something is waiting or running it is asked for at this pace. */
const POLL_MS = 2_000;
/** Requests of others turn up at this pace. */
const IDLE_MS = 30_000;
const CORRECT = "nightly.correct";

export type NightRequest = Answer<"/api/night-requests">[number];
export type DateEffect = Answer<"/api/night-requests/{request_id}/effect">[number];
export type NoteEffect = Answer<"/api/night-requests/{request_id}/effect/notes">["notes"][number];
export type Decision = Answer<"/api/night-requests/{request_id}/effect/decisions">["items"][number];
export type Approval = Answer<"/api/approvals">[number];

/** Whether a request is still waiting or running. */
export function isUnderWay(request: NightRequest): boolean {
  return request.state === "queued" || request.state === "running";
}

/** Nights that were asked to run and corrections, newest first; while one is under way the nights are asked for too. */
export function useRequests() {
  const client = useQueryClient();
  return useQuery({
    queryKey: ["night-requests"],
    queryFn: async () => {
      const before = client.getQueryData<NightRequest[]>(["night-requests"]);
      const found = await unwrap(api.GET("/api/night-requests"));
      if (found.some(isUnderWay) || before?.some(isUnderWay)) {
        await client.invalidateQueries({ queryKey: ["nights"] });
        await client.invalidateQueries({ queryKey: ["night"] });
      }
      return found;
    },
    refetchInterval: (query) => (query.state.data?.some(isUnderWay) ? POLL_MS : IDLE_MS),
  });
}

/** What a correction has changed, by date. */
export function useEffectOf(id: string) {
  return useQuery({
    queryKey: ["night-effect", id],
    queryFn: () =>
      unwrap(api.GET("/api/night-requests/{request_id}/effect", { params: { path: { request_id: id } } })),
  });
}

/** Which notes of a date differ (default: the last that was corrected); the former date stays while another is asked for. */
export function useEffectNotes(id: string, on: string | undefined) {
  return useQuery({
    queryKey: ["night-effect", id, "notes", on],
    queryFn: () =>
      unwrap(
        api.GET("/api/night-requests/{request_id}/effect/notes", {
          params: { path: { request_id: id }, query: { on } },
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

/** What was decided on the figures that a correction replaced. */
export function useEffectDecisions(id: string) {
  return useQuery({
    queryKey: ["night-effect", id, "decisions"],
    queryFn: () =>
      unwrap(api.GET("/api/night-requests/{request_id}/effect/decisions", { params: { path: { request_id: id } } })),
  });
}

/** Where the workbook of a date is. */
export function effectFile(id: string, on: string, language: string): string {
  return `/api/night-requests/${id}/effect.xlsx?on=${on}&lang=${language}`;
}

/** Corrections that wait for the decision of a second person. */
export function useOpenCorrections(enabled: boolean) {
  return useQuery({
    queryKey: ["night-approvals"],
    queryFn: () => unwrap(api.GET("/api/approvals", { params: { query: { state: "open" } } })),
    select: (found) => found.filter((one) => one.kind === CORRECT),
    enabled,
    refetchInterval: IDLE_MS,
  });
}

function useFresh() {
  const client = useQueryClient();
  return () =>
    Promise.all(
      ["night-requests", "night-approvals", "nights", "night"].map((key) =>
        client.invalidateQueries({ queryKey: [key] }),
      ),
    );
}

/** Has the nights up to a date run by the worker. */
export function useRerun() {
  const fresh = useFresh();
  return useMutation({
    mutationFn: (businessDate: string) =>
      unwrap(api.POST("/api/nights/{business_date}/rerun", { params: { path: { business_date: businessDate } } })),
    onSuccess: fresh,
  });
}

/** Proposes a correction. */
export function usePropose() {
  const fresh = useFresh();
  return useMutation({
    mutationFn: ({ businessDate, reason }: { businessDate: string; reason: string }) =>
      unwrap(
        api.POST("/api/nights/{business_date}/correct", {
          params: { path: { business_date: businessDate } },
          body: { reason },
        }),
      ),
    onSuccess: fresh,
  });
}

/** Approves or refuses a correction of somebody else. */
export function useDecide() {
  const fresh = useFresh();
  return useMutation({
    mutationFn: ({ id, approve, reason }: { id: number; approve: boolean; reason: string }) =>
      done(
        api.POST("/api/approvals/{approval_id}/decide", {
          params: { path: { approval_id: id } },
          body: { decision: approve ? "approve" : "refuse", reason },
        }),
      ),
    onSuccess: fresh,
  });
}
