/**
 * What the address of each screen may say. Anything else is left out: an address is typed by people. All of it is text, but for the
 * flags `new`, `edit` and `import`.
 */
import type { GrabTaskState } from '../graphql/enums'

type Said = Record<string, unknown>

const text = (said: Said, name: string): string | undefined => {
  const value = said[name]
  return value === undefined || value === null || value === '' ? undefined : String(value)
}
const flag = (said: Said, name: string): true | undefined =>
  said[name] === true || said[name] === 'true' || said[name] === '1' ? true : undefined

/** Without what is not said, so that addresses stay short. */
function short<T extends object>(search: T): T {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as T
}

const STATES = [
  'PENDING',
  'RUNNING',
  'COOLING_DOWN',
  'PAUSED',
  'NEEDS_REVIEW',
  'SUCCEEDED',
  'STOPPED',
  'FAILED',
] as const

export const isState = (text: string): text is GrabTaskState => STATES.some((state) => state === text)

export interface TasksSearch {
  /** Comma-separated states, in small letters. */
  state?: string | undefined
  tenant?: string | undefined
  region?: string | undefined
  q?: string | undefined
  order?: string | undefined
  /** The drawer of a new task is open. */
  new?: true | undefined
  /** A task whose wish the new one starts from. */
  from?: string | undefined
}

export const tasks = (said: Said): TasksSearch =>
  short({
    state: text(said, 'state'),
    tenant: text(said, 'tenant'),
    region: text(said, 'region'),
    q: text(said, 'q'),
    order: text(said, 'order'),
    new: flag(said, 'new'),
    from: text(said, 'from'),
  })

export interface TaskSearch {
  /** The span of the bar: `1h`, `24h`, `30d`, `90d`. */
  span?: string | undefined
  edit?: true | undefined
}

export const task = (said: Said): TaskSearch => short({ span: text(said, 'span'), edit: flag(said, 'edit') })

export interface TenantsSearch {
  q?: string | undefined
  import?: true | undefined
}

export const tenants = (said: Said): TenantsSearch =>
  short({ q: text(said, 'q'), import: flag(said, 'import') })

export interface InstancesSearch {
  q?: string | undefined
  open?: string | undefined
}

export const instances = (said: Said): InstancesSearch =>
  short({ q: text(said, 'q'), open: text(said, 'open') })

export interface LogsSearch {
  level?: string | undefined
  category?: string | undefined
  task?: string | undefined
  tenant?: string | undefined
  /** How far back: `10m`, `1h`, `24h`, `7d`. */
  since?: string | undefined
  q?: string | undefined
  /** `no`: every line by itself. */
  fold?: string | undefined
}

export const logs = (said: Said): LogsSearch =>
  short({
    level: text(said, 'level'),
    category: text(said, 'category'),
    task: text(said, 'task'),
    tenant: text(said, 'tenant'),
    since: text(said, 'since'),
    q: text(said, 'q'),
    fold: text(said, 'fold'),
  })

export interface StatisticsSearch {
  /** `24h`, `7d`, `30d`, or `custom` with `from` and `to`. */
  range?: string | undefined
  from?: string | undefined
  to?: string | undefined
  tenant?: string | undefined
  region?: string | undefined
}

export const statistics = (said: Said): StatisticsSearch =>
  short({
    range: text(said, 'range'),
    from: text(said, 'from'),
    to: text(said, 'to'),
    tenant: text(said, 'tenant'),
    region: text(said, 'region'),
  })

export interface SystemSearch {
  range?: string | undefined
}

export const system = (said: Said): SystemSearch => short({ range: text(said, 'range') })

export interface NotificationsSearch {
  /** The drawer of a channel: its id, or `new`. */
  open?: string | undefined
  /** Of the deliveries: comma-separated states, in small letters. */
  state?: string | undefined
  /** Of the deliveries: a channel's id. */
  channel?: string | undefined
}

export const notifications = (said: Said): NotificationsSearch =>
  short({ open: text(said, 'open'), state: text(said, 'state'), channel: text(said, 'channel') })

export interface AlertsSearch {
  /** The rule that is being adjusted, in small letters. */
  rule?: string | undefined
}

export const alerts = (said: Said): AlertsSearch => short({ rule: text(said, 'rule') })

export interface EventsSearch {
  stream?: string | undefined
  type?: string | undefined
  correlation?: string | undefined
  /** `log` or `travel`. */
  mode?: string | undefined
  /** Where in history one stands. */
  position?: string | undefined
  /** What the right side shows: `state`, `diff`, `now`. */
  show?: string | undefined
}

export const events = (said: Said): EventsSearch =>
  short({
    stream: text(said, 'stream'),
    type: text(said, 'type'),
    correlation: text(said, 'correlation'),
    mode: text(said, 'mode'),
    position: text(said, 'position'),
    show: text(said, 'show'),
  })
