import { getRouteApi } from "@tanstack/react-router";

import { RequirePermission } from "../frame/RequirePermission";
import { MonthlyRollPage } from "@/domains/insight/monthly/MonthlyRollPage";

const route = getRouteApi("/monthly-roll");

/** The monthly roll table with its months in the address. */
export function MonthlyRollRoute() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <RequirePermission permission="overview.read">
      <MonthlyRollPage search={search} onSearch={(change) => void navigate({ search: change })} />
    </RequirePermission>
  );
}
