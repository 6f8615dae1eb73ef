import { keepPreviousData, useQuery } from "@tanstack/react-query";

import type { OverviewSearch } from "./search";
import { api, unwrap } from "@/shared/api/client";

/** The overview of a scope and date. While another scope loads, the former stays on screen, dimmed. */
export function useOverview({ as_of, institution, product }: OverviewSearch) {
  return useQuery({
    queryKey: ["overview", as_of, institution, product],
    queryFn: () =>
      unwrap(api.GET("/api/overview", { params: { query: { as_of, institution_id: institution, product } } })),
    placeholderData: keepPreviousData,
  });
}
