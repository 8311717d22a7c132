/** Which address leads to which screen. A screen is loaded when somebody goes there; what its address says is checked by itself. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  type ErrorComponentProps,
  lazyRouteComponent,
  parseSearchWith,
  stringifySearchWith,
} from '@tanstack/react-router'

import * as search from './screens/search'
import { Broken } from './shell/broken'
import { NotFound, Shell } from './shell/shell'

const root = createRootRoute({
  component: Shell,
  notFoundComponent: NotFound,
  errorComponent: ({ error }: ErrorComponentProps) => <Broken error={error as Error} />,
})

const page = <Path extends string>(path: Path) => ({ getParentRoute: () => root, path })

const routes = [
  createRoute({
    ...page('/'),
    component: lazyRouteComponent(() => import('./screens/overview/page'), 'Overview'),
  }),
  createRoute({
    ...page('/tasks'),
    validateSearch: search.tasks,
    component: lazyRouteComponent(() => import('./screens/tasks/page'), 'Tasks'),
  }),
  createRoute({
    ...page('/tasks/$id'),
    validateSearch: search.task,
    component: lazyRouteComponent(() => import('./screens/task/page'), 'TaskDetail'),
  }),
  createRoute({
    ...page('/tenants'),
    validateSearch: search.tenants,
    component: lazyRouteComponent(() => import('./screens/tenants/page'), 'Tenants'),
  }),
  createRoute({
    ...page('/tenants/$id'),
    component: lazyRouteComponent(() => import('./screens/tenants/detail'), 'TenantDetail'),
  }),
  createRoute({
    ...page('/instances'),
    validateSearch: search.instances,
    component: lazyRouteComponent(() => import('./screens/instances/page'), 'Instances'),
  }),
  createRoute({
    ...page('/logs'),
    validateSearch: search.logs,
    component: lazyRouteComponent(() => import('./screens/logs/page'), 'Logs'),
  }),
  createRoute({
    ...page('/statistics'),
    validateSearch: search.statistics,
    component: lazyRouteComponent(() => import('./screens/statistics/page'), 'Statistics'),
  }),
  createRoute({
    ...page('/system'),
    validateSearch: search.system,
    component: lazyRouteComponent(() => import('./screens/system/page'), 'System'),
  }),
  createRoute({
    ...page('/notifications'),
    validateSearch: search.notifications,
    component: lazyRouteComponent(() => import('./screens/notifications/page'), 'Notifications'),
  }),
  createRoute({
    ...page('/alerts'),
    validateSearch: search.alerts,
    component: lazyRouteComponent(() => import('./screens/alerts/page'), 'Alerts'),
  }),
  createRoute({
    ...page('/events'),
    validateSearch: search.events,
    component: lazyRouteComponent(() => import('./screens/events/page'), 'Events'),
  }),
  createRoute({
    ...page('/projections'),
    component: lazyRouteComponent(() => import('./screens/projections/page'), 'Projections'),
  }),
  createRoute({
    ...page('/settings'),
    component: lazyRouteComponent(() => import('./screens/settings/page'), 'Settings'),
  }),
  // The link that the server prints: whoever is let in lands on the overview.
  createRoute({
    ...page('/setup'),
    component: lazyRouteComponent(() => import('./screens/overview/page'), 'Overview'),
  }),
]

export const router = createRouter({
  routeTree: root.addChildren(routes),
  defaultPreload: 'intent',
  scrollRestoration: true,
  // `?state=RUNNING&tenant=…` rather than quoted JSON: people read addresses, and type them.
  parseSearch: parseSearchWith((text) => text),
  stringifySearch: stringifySearchWith((value) => JSON.stringify(value)),
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
