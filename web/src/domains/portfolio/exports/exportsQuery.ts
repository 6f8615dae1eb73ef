import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "@/shared/api/client";
import type { Answer, Body } from "@/shared/api/shapes";

/** While something is being written the list is asked for at this pace. */
const POLL_MS = 1_000;

export type ExportItem = Answer<"/api/exports">[number];
export type LoansExport = Body<"/api/exports">;
export type RejectsExport = Body<"/api/exports/rejects">;
export type Purpose = LoansExport["purpose"];

/** What a file may be taken for, in the order in which it is offered. */
export const PURPOSES: readonly Purpose[] = [
  "collection",
  "legal_action",
  "supervision",
  "internal_review",
  "data_quality",
];

/** Whether an export is still to come. */
export function isUnderWay(item: ExportItem): boolean {
  return item.state === "queued" || item.state === "running";
}

/** The own exports, newest first; asked for again and again while one is under way. */
export function useExports() {
  return useQuery({
    queryKey: ["exports"],
    queryFn: () => unwrap(api.GET("/api/exports")),
    refetchInterval: (query) => (query.state.data?.some(isUnderWay) ? POLL_MS : false),
  });
}

/** Asks for an export of either kind; the list of exports is then fresh. */
export function useExportRequest() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wanted: { loans: LoansExport } | { rejects: RejectsExport }) =>
      "loans" in wanted
        ? unwrap(api.POST("/api/exports", { body: wanted.loans }))
        : unwrap(api.POST("/api/exports/rejects", { body: wanted.rejects })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["exports"] }),
  });
}

/** The address of a finished file. */
export function exportFile(id: string): string {
  return `/api/exports/${encodeURIComponent(id)}/file`;
}
