import { defaultStringifySearch, getRouteApi, useRouter } from "@tanstack/react-router";

import { RequirePermission } from "../frame/RequirePermission";
import { LoansPage } from "@/domains/portfolio/loans/LoansPage";

const route = getRouteApi("/loans");

/** The borrower's page at one note. */
function borrowerHref(partyId: string, noteId: string): string {
  return `/parties/${encodeURIComponent(partyId)}${defaultStringifySearch({ note: noteId })}`;
}

/** The list of loans with its whole question in the address. */
export function LoansRoute() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const router = useRouter();
  return (
    <RequirePermission permission="loan.read">
      <LoansPage
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        hrefOf={borrowerHref}
        onOpen={(partyId, noteId) => router.history.push(borrowerHref(partyId, noteId))}
      />
    </RequirePermission>
  );
}
