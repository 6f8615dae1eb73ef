export interface ProblemFacts {
  /** HTTP status, or 0 when no answer came. */
  status: number;
  /** Stable code such as "overview.no_night"; screens choose their words by it. */
  code: string;
  detail: string;
  /** What the user tells support; empty when no answer came. */
  reference: string;
}

/** A failed call, as the server's problem JSON (RFC 9457) describes it. */
export class ApiProblem extends Error {
  readonly facts: ProblemFacts;

  constructor(facts: ProblemFacts, options?: ErrorOptions) {
    super(facts.detail === "" ? facts.code : facts.detail, options);
    this.name = "ApiProblem";
    this.facts = facts;
  }
}

function textOf(body: object, key: string): string {
  const value: unknown = (body as Record<string, unknown>)[key];
  return typeof value === "string" ? value : "";
}

/** Reads problem JSON; an answer that is none (a proxy's page) still yields status and a code. */
export function readProblem(status: number, body: unknown): ApiProblem {
  const source = typeof body === "object" && body !== null ? body : {};
  const code = textOf(source, "code");
  return new ApiProblem({
    status,
    code: code === "" ? `http.${status}` : code,
    detail: textOf(source, "detail"),
    reference: textOf(source, "reference"),
  });
}

/** The facts of any thrown value; what is not an ApiProblem is a fault of the page itself. */
export function problemFacts(error: unknown): ProblemFacts {
  if (error instanceof ApiProblem) return error.facts;
  const detail = error instanceof Error ? error.message : String(error);
  return { status: 0, code: "page.fault", detail, reference: "" };
}

/** Whether the session has ended: the frame then asks to log in and keeps the address. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiProblem && error.facts.status === 401;
}
