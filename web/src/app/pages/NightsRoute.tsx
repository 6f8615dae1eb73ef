import { getRouteApi } from "@tanstack/react-router";

import { RequirePermission } from "../frame/RequirePermission";
import { NightsPage } from "@/domains/nightly/NightsPage";
import { RejectsExportButton } from "@/domains/portfolio/exports/ExportButton";

const route = getRouteApi("/nights");

/** The nights with the chosen run in the address. */
export function NightsRoute() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <RequirePermission permission="nights.read">
      <NightsPage
        search={search}
        onSearch={(change) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true })}
        onExport={(of) => (
          <>
            <RejectsExportButton {...of} form="xlsx" />
            <RejectsExportButton {...of} form="csv" />
          </>
        )}
      />
    </RequirePermission>
  );
}
