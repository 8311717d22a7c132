import { graphql, type ResultOf } from '../../graphql/graphql'
import { TaskRow } from '../../store/tasks'

export const Counts = graphql(`
  fragment Counts on AttemptStatistics {
    attempts
    faults
    launched
    tasksByState { state count }
  }
`)

export type Counts = ResultOf<typeof Counts>

export const CountsNow = graphql(
  `
  query Overview {
    attemptStatistics { ...Counts }
  }
`,
  [Counts],
)

export const CountsChanged = graphql(
  `
  subscription OverviewCounts {
    statisticsChanged { ...Counts }
  }
`,
  [Counts],
)

/** How far somebody has come who is new here. */
export const Begun = graphql(`
  query Begun {
    tenants(first: 1) { totalCount }
    grabTasks(first: 1) { totalCount }
    notificationChannels { id }
  }
`)

export const TasksIn = graphql(
  `
  query TasksIn($first: Int!, $filter: GrabTaskFilter!) {
    grabTasks(first: $first, filter: $filter, orderBy: { field: ACTIVITY, direction: DESC }) {
      totalCount
      nodes { ...TaskRow }
    }
  }
`,
  [TaskRow],
)

export const TenantsInNeed = graphql(`
  query TenantsInNeed {
    tenants(first: 20, filter: { status: [AUTH_FAILED, SUSPENDED] }) {
      totalCount
      nodes { id name status statusReason }
    }
  }
`)

export type TenantInNeed = ResultOf<typeof TenantsInNeed>['tenants']['nodes'][number]

export const ModelStates = graphql(`
  query ModelStates {
    projections { name status }
  }
`)

export const ModelState = graphql(`
  subscription ModelState {
    projectionChanged { name status }
  }
`)

export const Entry = graphql(`
  fragment Entry on LogEntry {
    position
    index
    time
    key
    level
    message
    repeatCount
    task { id name }
    tenant { id name }
  }
`)

export type Entry = ResultOf<typeof Entry>

/**
 * Nearly all lines are attempts, so the newest hundred may hold no change at all. The words that tell changes of tasks apart are in their
 * messages, in whatever language the answer comes.
 */
export const Changes = graphql(
  `
  query Changes($since: DateTimeRange!) {
    system: logs(first: 60, filter: { category: [SYSTEM], minLevel: INFO, time: $since }) {
      position
      nodes { ...Entry }
    }
    tasks: logs(first: 20, filter: { category: [GRAB], minLevel: INFO, search: "task", time: $since }) {
      nodes { ...Entry }
    }
    got: logs(first: 20, filter: { category: [GRAB], minLevel: INFO, search: "got", time: $since }) {
      nodes { ...Entry }
    }
    grave: logs(first: 40, filter: { category: [GRAB], minLevel: WARN, time: $since }) {
      nodes { ...Entry }
    }
  }
`,
  [Entry],
)

export const Written = graphql(
  `
  subscription Written($after: EventPosition) {
    logAppended(after: $after, filter: { category: [GRAB, SYSTEM], minLevel: INFO }) {
      position
      entries { ...Entry }
    }
  }
`,
  [Entry],
)
