import { useQuery } from "@tanstack/react-query";

import { api, unwrap } from "./client";

/** Reference lists change with the books, not within a working hour. */
const STALE_MS = 10 * 60_000;

/** The institutions of the user's subtree. */
export function useInstitutions() {
  return useQuery({
    queryKey: ["institutions"],
    queryFn: () => unwrap(api.GET("/api/institutions")),
    staleTime: STALE_MS,
  });
}

/** The product catalogue of the bank. */
export function useProducts() {
  return useQuery({
    queryKey: ["products"],
    queryFn: () => unwrap(api.GET("/api/products")),
    staleTime: STALE_MS,
  });
}
