import { QueryCache, QueryClient } from "@tanstack/react-query";

import { EXPIRED, SESSION_KEY } from "@/domains/kernel/session";
import { ApiProblem, isSignedOut } from "@/shared/api/problem";

/** Queries are tried again only when no answer came: an answer, also a refusal, is an answer. */
const NETWORK_RETRIES = 2;

/** All loaded data. A 401 on any call ends the session in the page; log-in then appears at the same address. */
export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      if (isSignedOut(error)) queryClient.setQueryData(SESSION_KEY, EXPIRED);
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (failures, error) =>
        error instanceof ApiProblem && error.facts.status === 0 && failures < NETWORK_RETRIES,
      retryDelay: (attempt) => 400 * 2 ** attempt,
    },
  },
});
