import type { paths } from "@/api/schema";

type Method = "get" | "post";
type Json<Content> = Content extends { content: { "application/json": infer Body } } ? Body : never;

/** What a route answers with 200, by its address: the shapes follow the schema, whatever their names there. */
export type Answer<Path extends keyof paths, Verb extends Method = "get"> = paths[Path][Verb] extends {
  responses: { 200: infer Response };
}
  ? Json<Response>
  : never;

/** What a route takes as its body. */
export type Body<Path extends keyof paths> = paths[Path]["post"] extends { requestBody: infer Request }
  ? Json<Request>
  : never;

export type Session = Answer<"/api/auth/session">;
export type SignedInUser = NonNullable<Session["user"]>;
export type LoginInput = Body<"/api/auth/login">;
export type Frame = Answer<"/api/frame">;
export type Institution = Answer<"/api/institutions">[number];
export type Overview = Answer<"/api/overview">;
export type OverdueRate = Overview["totals"]["management"];
export type TrendPoint = Overview["trend"][number];
export type Night = Answer<"/api/nights">["items"][number];
export type NightDetail = Answer<"/api/nights/{run_id}">;
export type Reject = Answer<"/api/nights/{run_id}/rejects">["items"][number];
