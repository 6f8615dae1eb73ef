import type { ReactNode } from "react";

import { ApiProblem } from "@/shared/api/problem";
import { useMay } from "@/shared/api/session";
import { ErrorState } from "@/shared/ui/states";

const FORBIDDEN = new ApiProblem({ status: 403, code: "page.forbidden", detail: "", reference: "" });

/** Says kindly that a page is not for this role, before the server has to. */
export function RequirePermission({ permission, children }: { permission: string; children: ReactNode }) {
  return useMay(permission) ? children : <ErrorState error={FORBIDDEN} />;
}
