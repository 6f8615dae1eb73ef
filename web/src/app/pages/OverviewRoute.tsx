import { getRouteApi } from "@tanstack/react-router";

import { RequirePermission } from "../frame/RequirePermission";
import { OverviewPage } from "@/domains/insight/OverviewPage";
import { readLoansSearch } from "@/domains/portfolio/loans/search";
import { useMay } from "@/shared/api/session";

const route = getRouteApi("/overview");

/** The overview with its state in the address. */
export function OverviewRoute() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const mayList = useMay("loan.read");
  const { institution, product } = search;
  return (
    <RequirePermission permission="overview.read">
      <OverviewPage
        search={search}
        onSearch={(change) => void navigate({ search: (before) => ({ ...before, ...change }) })}
        onDrill={
          mayList
            ? (drill) => void navigate({ to: "/loans", search: readLoansSearch({ ...drill, institution, product }) })
            : undefined
        }
      />
    </RequirePermission>
  );
}
