import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";

import { RequirePermission } from "../frame/RequirePermission";
import { ReconciliationPage } from "@/domains/reconciliation/ReconciliationPage";

const route = getRouteApi("/reconciliation");

/** The reconciliation, tied to its address. */
export function ReconciliationRoute() {
  const search = route.useSearch();
  const change = route.useNavigate();
  const navigate = useNavigate();
  return (
    <RequirePermission permission="reconciliation.read">
      <ReconciliationPage
        search={search}
        onSearch={(wanted) => void change({ search: (before) => ({ ...before, ...wanted }), replace: true })}
        onBorrower={(partyId, note) => void navigate({ to: "/parties/$partyId", params: { partyId }, search: { note } })}
        linkTo={(partyId, note, children) => (
          <Link to="/parties/$partyId" params={{ partyId }} search={{ note }}>
            {children}
          </Link>
        )}
      />
    </RequirePermission>
  );
}
