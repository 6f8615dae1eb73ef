import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "@/shared/api/client";
import { problemFacts } from "@/shared/api/problem";
import type { LoginInput, Session } from "@/shared/api/shapes";

/** Where the session is kept among the queries. */
export const SESSION_KEY = ["session"] as const;

/** The session as the pages know it: also whether it has just ended under the user's hands. */
export type KnownSession = Session & { expired?: boolean };

/** A session of nobody: after log-out. */
export const ANONYMOUS: KnownSession = { state: "anonymous", user: null };

/** A session of nobody: after the server said 401; the user is told why. */
export const EXPIRED: KnownSession = { ...ANONYMOUS, expired: true };

/** Who is logged in, as the server sees it. */
export function useSession() {
  return useQuery({
    queryKey: SESSION_KEY,
    queryFn: (): Promise<KnownSession> => unwrap(api.GET("/api/auth/session")),
    staleTime: 5 * 60_000,
  });
}

function useSessionStep<Input>(step: (input: Input) => Promise<Session>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: step,
    onSuccess: (session) => queries.setQueryData(SESSION_KEY, session),
    // 409: the step before was too long ago or done elsewhere; the server knows which step is next.
    onError: (error) =>
      problemFacts(error).status === 409 ? queries.invalidateQueries({ queryKey: SESSION_KEY }) : undefined,
  });
}

/** Name and password; the answer says which step comes next. */
export function useLogin() {
  return useSessionStep((body: LoginInput) => unwrap(api.POST("/api/auth/login", { body })));
}

/** The code of a device that is already enrolled. */
export function useTotp() {
  return useSessionStep((code: string) => unwrap(api.POST("/api/auth/totp", { body: { code } })));
}

/** The first code of a new device, which enrols it. */
export function useTotpConfirm() {
  return useSessionStep((code: string) => unwrap(api.POST("/api/auth/totp/confirm", { body: { code } })));
}

/** A new secret for an authenticator app. Asked once for the time the screen stands. */
export function useEnrolment() {
  return useQuery({
    queryKey: ["totp-enrolment"],
    queryFn: () => unwrap(api.POST("/api/auth/totp/enrol")),
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
}

/** Ends the session and forgets everything that was loaded under it. */
export function useLogout() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.POST("/api/auth/logout")),
    onSuccess: () => {
      queries.setQueryData(SESSION_KEY, ANONYMOUS);
      queries.removeQueries({ predicate: (query) => query.queryKey[0] !== SESSION_KEY[0] });
    },
  });
}
