import { keepPreviousData, useQuery } from "@tanstack/react-query";

import type { MonthlyRollSearch } from "./search";
import { api, unwrap } from "@/shared/api/client";

/** The monthly roll table of the person's institutions; while other months load, the former stay on screen. */
export function useMonthlyRoll({ from, to }: MonthlyRollSearch) {
  const query = {
    from_month: from === undefined ? undefined : `${from}-01`,
    to_month: to === undefined ? undefined : `${to}-01`,
  };
  return useQuery({
    queryKey: ["monthly-roll", from, to],
    queryFn: () => unwrap(api.GET("/api/monthly-roll", { params: { query } })),
    placeholderData: keepPreviousData,
    retry: false,
  });
}
