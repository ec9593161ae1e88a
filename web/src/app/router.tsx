// Routes from the list of pages. What a page reads of its address (filters, what is selected) it
// checks itself with lib/search.ts, so that a link that was shared or mistyped never breaks it.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { Skeleton } from "@/components/skeleton";
import { NotFoundRoute } from "./not-found-route";
import { PageError } from "./page-error";
import { PAGES } from "./pages";
import { Shell } from "./shell";

export function newRouter() {
  const root = createRootRoute({ component: Shell, notFoundComponent: NotFoundRoute });
  const pages = PAGES.map(({ path, load }) =>
    createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load) }),
  );
  return createRouter({
    routeTree: root.addChildren(pages),
    defaultErrorComponent: PageError,
    defaultPendingComponent: () => <Skeleton rows={6} />,
    // A link that is pointed at has its page's code by the time it is pressed.
    defaultPreload: "intent",
    scrollRestoration: true,
  });
}
