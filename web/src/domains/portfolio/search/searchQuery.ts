import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { api, unwrap } from "@/shared/api/client";
import type { Answer } from "@/shared/api/shapes";

export type SearchHit = Answer<"/api/search", "post">["items"][number];

/** How long somebody must stop typing before the server is asked. */
const PAUSE_MS = 220;

/** The text after a pause in typing. */
export function usePaused(text: string): string {
  const [paused, setPaused] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setPaused(text), PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [text]);
  return paused;
}

/** Hits of a text; what was typed and found is personal and is not kept when the box lets go of it. */
export function useSearch(query: string) {
  return useQuery({
    queryKey: ["search", query],
    queryFn: () => unwrap(api.POST("/api/search", { body: { q: query, limit: 8 } })),
    enabled: query !== "",
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    placeholderData: (before) => before,
  });
}
