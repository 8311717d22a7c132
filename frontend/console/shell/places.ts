/** Where one can go: the side bar, the bottom bar, the palette and the keys all read this. */
import {
  IconActivity,
  IconAlertTriangle,
  IconBell,
  IconBuildingSkyscraper,
  IconChartBar,
  IconGauge,
  IconHistory,
  IconHome,
  IconListDetails,
  IconServer,
  IconSettings,
  IconStack2,
} from '@tabler/icons-react'

export const PLACES = [
  { to: '/', word: 'overview', icon: IconHome, keys: 'g o', onPhone: true },
  { to: '/tasks', word: 'tasks', icon: IconActivity, keys: 'g t', onPhone: true },
  { to: '/tenants', word: 'tenants', icon: IconBuildingSkyscraper, keys: 'g n', onPhone: false },
  { to: '/instances', word: 'instances', icon: IconServer, keys: 'g i', onPhone: false },
  { to: '/logs', word: 'logs', icon: IconListDetails, keys: 'g l', onPhone: true },
  { to: '/statistics', word: 'statistics', icon: IconChartBar, keys: 'g s', onPhone: false },
  { to: '/system', word: 'system', icon: IconGauge, keys: 'g y', onPhone: false },
  { to: '/alerts', word: 'alerts', icon: IconAlertTriangle, keys: 'g a', onPhone: false },
  { to: '/notifications', word: 'notifications', icon: IconBell, keys: 'g m', onPhone: false },
  { to: '/events', word: 'events', icon: IconHistory, keys: 'g e', onPhone: false },
  { to: '/projections', word: 'projections', icon: IconStack2, keys: 'g p', onPhone: false },
  { to: '/settings', word: 'settings', icon: IconSettings, keys: 'g ,', onPhone: false },
] as const
