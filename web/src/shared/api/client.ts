import createClient, { type Middleware } from "openapi-fetch";

import { ApiProblem, readProblem } from "./problem";
import type { paths } from "@/api/schema";

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/** The token of Django's cross-site-request protection; it rotates at log-in, so it is read for every request. */
export function csrfToken(cookies: string): string {
  const found = cookies.split("; ").find((part) => part.startsWith("csrftoken="));
  return found === undefined ? "" : decodeURIComponent(found.slice("csrftoken=".length));
}

const csrf: Middleware = {
  onRequest({ request }) {
    if (!SAFE_METHODS.has(request.method)) {
      request.headers.set("X-CSRFToken", csrfToken(document.cookie));
    }
    return request;
  },
};

export const api = createClient<paths>({ baseUrl: window.location.origin, credentials: "same-origin" });
api.use(csrf);

interface Outcome<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

async function granted<T>(call: Promise<Outcome<T>>): Promise<Outcome<T>> {
  let outcome: Outcome<T>;
  try {
    outcome = await call;
  } catch (cause) {
    throw new ApiProblem({ status: 0, code: "network.unreachable", detail: "", reference: "" }, { cause });
  }
  if (!outcome.response.ok) throw readProblem(outcome.response.status, outcome.error);
  return outcome;
}

/** The body of an answered call; every failure, also of the network, becomes an ApiProblem. */
export async function unwrap<T>(call: Promise<Outcome<T>>): Promise<NonNullable<T>> {
  const { data, error, response } = await granted(call);
  if (data === undefined || data === null) throw readProblem(response.status, error);
  return data;
}

/** Waits for a call whose answer has no body; failures as with unwrap. */
export async function done(call: Promise<Outcome<unknown>>): Promise<void> {
  await granted(call);
}
