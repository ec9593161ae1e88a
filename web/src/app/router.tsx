// The pages. Each new page is one route here and one feature folder.
import { createRootRoute, createRoute, createRouter } from "@tanstack/react-router";
import { NotFoundRoute } from "./not-found-route";
import { OverviewRoute } from "./overview-route";
import { PageError } from "./page-error";
import { Shell } from "./shell";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFoundRoute });
const overview = createRoute({ getParentRoute: () => root, path: "/", component: OverviewRoute });

export function newRouter() {
  return createRouter({
    routeTree: root.addChildren([overview]),
    defaultErrorComponent: PageError,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof newRouter>;
  }
}
