import { useQuery } from "@tanstack/react-query";

import { api, unwrap } from "@/shared/api/client";
import type { Answer } from "@/shared/api/shapes";

export type Bundle = Answer<"/api/product-bundles">[number];
export type BundleDetail = Answer<"/api/product-bundles/{code}">;
export type Convention = BundleDetail["groups"][number]["conventions"][number];
export type Alternative = Convention["alternatives"][number];

/** The product bundles, shipped and own. */
export function useBundles() {
  return useQuery({
    queryKey: ["product-bundles"],
    queryFn: () => unwrap(api.GET("/api/product-bundles")),
  });
}

/** One bundle with every convention in words. */
export function useBundle(code: string) {
  return useQuery({
    queryKey: ["product-bundles", code],
    queryFn: () => unwrap(api.GET("/api/product-bundles/{code}", { params: { path: { code } } })),
  });
}
