import { getRouteApi } from "@tanstack/react-router";

import { RequirePermission } from "../frame/RequirePermission";
import { OverviewPage } from "@/domains/insight/OverviewPage";

const route = getRouteApi("/overview");

/** The overview with its state in the address. */
export function OverviewRoute() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <RequirePermission permission="overview.read">
      <OverviewPage
        search={search}
        onSearch={(change) => void navigate({ search: (before) => ({ ...before, ...change }) })}
      />
    </RequirePermission>
  );
}
