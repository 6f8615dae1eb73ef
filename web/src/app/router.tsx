import { createRootRoute, createRoute, createRouter } from "@tanstack/react-router";

import { Frame } from "./frame/Frame";
import { Home } from "./frame/Home";
import { NotFound } from "./frame/NotFound";
import { OverviewRoute } from "./pages/OverviewRoute";
import { NightsRoute } from "./pages/NightsRoute";
import { readOverviewSearch } from "@/domains/insight/search";
import { readNightsSearch } from "@/domains/nightly/search";
import { ErrorState } from "@/shared/ui/states";

const root = createRootRoute({ component: Frame, notFoundComponent: NotFound });

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: Home,
});

export const overviewRoute = createRoute({
  getParentRoute: () => root,
  path: "/overview",
  validateSearch: readOverviewSearch,
  component: OverviewRoute,
});

export const nightsRoute = createRoute({
  getParentRoute: () => root,
  path: "/nights",
  validateSearch: readNightsSearch,
  component: NightsRoute,
});

/** The addresses of the product. What a page shows is written in its address: a link shows the same. */
export const router = createRouter({
  routeTree: root.addChildren([home, overviewRoute, nightsRoute]),
  defaultErrorComponent: ({ error, reset }) => <ErrorState error={error} onRetry={reset} />,
  defaultPreload: false,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
