import { Link, useNavigate, useSearch } from "@tanstack/react-router";

import { RequirePermission } from "../frame/RequirePermission";
import { ConflictsPage } from "@/domains/portfolio/conflicts/ConflictsPage";

/** What is odd about customers, tied to its address. */
export function ConflictsRoute() {
  const search = useSearch({ from: "/conflicts" });
  const navigate = useNavigate();
  return (
    <RequirePermission permission="conflict.read">
      <ConflictsPage
        search={search}
        onSearch={(change) => void navigate({ to: "/conflicts", search: change, replace: true })}
        linkTo={(partyId, children) => (
          <Link to="/parties/$partyId" params={{ partyId }}>
            {children}
          </Link>
        )}
      />
    </RequirePermission>
  );
}
