import { getRouteApi, useRouter } from "@tanstack/react-router";

import { RequirePermission } from "../frame/RequirePermission";
import { BorrowerPage } from "@/domains/portfolio/borrower/BorrowerPage";

const route = getRouteApi("/parties/$partyId");

/** A borrower with the chosen note, tab and date in the address. */
export function BorrowerRoute() {
  const { partyId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const router = useRouter();
  return (
    <RequirePermission permission="party.read">
      <BorrowerPage
        partyId={partyId}
        search={search}
        onSearch={(change) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true })}
        onBack={() => router.history.back()}
      />
    </RequirePermission>
  );
}
