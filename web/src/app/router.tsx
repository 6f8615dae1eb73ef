import { createRootRoute, createRoute, createRouter } from "@tanstack/react-router";

import { Frame } from "./frame/Frame";
import { Home } from "./frame/Home";
import { NotFound } from "./frame/NotFound";
import { OverviewRoute } from "./pages/OverviewRoute";
import { MonthlyRollRoute } from "./pages/MonthlyRollRoute";
import { LoansRoute } from "./pages/LoansRoute";
import { BorrowerRoute } from "./pages/BorrowerRoute";
import { NightsRoute } from "./pages/NightsRoute";
import { ExportsRoute } from "./pages/ExportsRoute";
import { ReconciliationRoute } from "./pages/ReconciliationRoute";
import { FeedQualityRoute, QualityRoute } from "./pages/QualityRoute";
import { ConflictsRoute } from "./pages/ConflictsRoute";
import { ProductsRoute } from "./pages/ProductsRoute";
import { ProductRoute } from "./pages/ProductRoute";
import { readOverviewSearch } from "@/domains/insight/search";
import { readMonthlyRollSearch } from "@/domains/insight/monthly/search";
import { readFeedQualitySearch, readQualitySearch } from "@/domains/nightly/quality/search";
import { readNightsSearch } from "@/domains/nightly/search";
import { readLoansSearch } from "@/domains/portfolio/loans/search";
import { readBorrowerSearch } from "@/domains/portfolio/borrower/search";
import { readReconciliationSearch } from "@/domains/reconciliation/search";
import { readConflictsSearch } from "@/domains/portfolio/conflicts/search";
import { readProductsSearch } from "@/domains/portfolio/products/search";
import { ErrorState } from "@/shared/ui/states";

/** What the reading of an address leaves out is gone; without this the router hands it on to the page. */
function strictly<T extends object>(read: (raw: Record<string, unknown>) => T) {
  return (raw: Record<string, unknown>): T => ({
    ...Object.fromEntries(Object.keys(raw).map((key) => [key, undefined])),
    ...read(raw),
  });
}

const root = createRootRoute({ component: Frame, notFoundComponent: NotFound });

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: Home,
});

const overviewRoute = createRoute({
  getParentRoute: () => root,
  path: "/overview",
  validateSearch: strictly(readOverviewSearch),
  component: OverviewRoute,
});

const monthlyRollRoute = createRoute({
  getParentRoute: () => root,
  path: "/monthly-roll",
  validateSearch: strictly(readMonthlyRollSearch),
  component: MonthlyRollRoute,
});

const loansRoute = createRoute({
  getParentRoute: () => root,
  path: "/loans",
  validateSearch: strictly(readLoansSearch),
  component: LoansRoute,
});

const nightsRoute = createRoute({
  getParentRoute: () => root,
  path: "/nights",
  validateSearch: strictly(readNightsSearch),
  component: NightsRoute,
});

const exportsRoute = createRoute({
  getParentRoute: () => root,
  path: "/exports",
  validateSearch: strictly(() => ({})),
  component: ExportsRoute,
});

const borrowerRoute = createRoute({
  getParentRoute: () => root,
  path: "/parties/$partyId",
  validateSearch: strictly(readBorrowerSearch),
  component: BorrowerRoute,
});

const reconciliationRoute = createRoute({
  getParentRoute: () => root,
  path: "/reconciliation",
  validateSearch: strictly(readReconciliationSearch),
  component: ReconciliationRoute,
});

const qualityRoute = createRoute({
  getParentRoute: () => root,
  path: "/data-quality",
  validateSearch: strictly(readQualitySearch),
  component: QualityRoute,
});

const feedQualityRoute = createRoute({
  getParentRoute: () => root,
  path: "/data-quality/$feed",
  validateSearch: strictly(readFeedQualitySearch),
  component: FeedQualityRoute,
});

const conflictsRoute = createRoute({
  getParentRoute: () => root,
  path: "/conflicts",
  validateSearch: strictly(readConflictsSearch),
  component: ConflictsRoute,
});

const productsRoute = createRoute({
  getParentRoute: () => root,
  path: "/products",
  validateSearch: strictly(readProductsSearch),
  component: ProductsRoute,
});

const productRoute = createRoute({
  getParentRoute: () => root,
  path: "/products/$code",
  validateSearch: strictly(() => ({})),
  component: ProductRoute,
});

const routeTree = root.addChildren([
  home, overviewRoute, monthlyRollRoute, loansRoute, nightsRoute, exportsRoute, borrowerRoute,
  reconciliationRoute, qualityRoute, feedQualityRoute, conflictsRoute, productsRoute, productRoute,
]);

/**
 * The addresses of the product. What a page shows is written in its address: a link shows the same.
 * Made anew at each log-in: while log-in stands in place of the pages nobody follows the browser's history.
 */
export function makeRouter() {
  return createRouter({
    routeTree,
    defaultErrorComponent: ({ error, reset }) => <ErrorState error={error} onRetry={reset} />,
    defaultPreload: false,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
