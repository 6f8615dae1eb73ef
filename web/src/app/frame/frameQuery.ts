import { useQuery } from "@tanstack/react-query";

import { api, unwrap } from "@/shared/api/client";

/** How often the frame asks for the state of the night. */
const POLL_MS = 30_000;

/** Business date and state of the night; also tells the pages when a new date is published. */
export function useFrame() {
  return useQuery({
    queryKey: ["frame"],
    queryFn: () => unwrap(api.GET("/api/frame")),
    refetchInterval: POLL_MS,
  });
}
