import type { ReactNode } from "react";

import { ApiProblem } from "@/shared/api/problem";
import { useMay } from "@/shared/api/session";
import { ErrorState } from "@/shared/ui/states";
import { useUiText } from "@/shared/ui/text";

const FORBIDDEN = new ApiProblem({ status: 403, code: "page.forbidden", detail: "", reference: "" });

/** Says kindly that a page is not for this role, before the server has to. */
export function RequirePermission({ permission, children }: { permission: string; children: ReactNode }) {
  const text = useUiText();
  if (useMay(permission)) return children;
  return (
    <>
      <h1 className="visually-hidden">{text.forbiddenTitle}</h1>
      <ErrorState error={FORBIDDEN} />
    </>
  );
}
