import { RequirePermission } from "../frame/RequirePermission";
import { ExportsPage } from "@/domains/portfolio/exports/ExportsPage";

/** The own exports. */
export function ExportsRoute() {
  return (
    <RequirePermission permission="export.read">
      <ExportsPage />
    </RequirePermission>
  );
}
