import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { FindingCode, FindingState } from "./search";
import { api, done, unwrap } from "@/shared/api/client";
import type { Answer } from "@/shared/api/shapes";

const PAGE = 100;

export type Finding = Answer<"/api/conflicts/findings">["items"][number];

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
