import { graphql, type ResultOf, type VariablesOf } from '../../graphql/graphql'

/** All that a line shows, closed or open. */
const LogLine = graphql(`
  fragment LogLine on LogEntry {
    position
    index
    key
    level
    category
    time
    firstTime
    repeatCount
    message
    fields
    actor
    task { id name }
    tenant { id name }
  }
`)

export const LogPage = graphql(
  `
  query LogPage($filter: LogFilter!, $first: Int!, $after: String) {
    logs(filter: $filter, first: $first, after: $after) {
      position
      nodes { ...LogLine }
      pageInfo { hasNextPage endCursor }
    }
  }
`,
  [LogLine],
)

export const LogTail = graphql(
  `
  subscription LogTail($filter: LogFilter!, $after: EventPosition) {
    logAppended(filter: $filter, after: $after) {
      position
      skipped
      entries { ...LogLine }
    }
  }
`,
  [LogLine],
)

/** What the filters offer. Tasks are many: those whose name contains what is typed, and the one that is chosen. */
export const LogTasks = graphql(`
  query LogTasks($search: String, $chosen: ID!, $withChosen: Boolean!) {
    grabTasks(first: 20, filter: { search: $search }) {
      nodes { id name }
    }
    grabTask(id: $chosen) @include(if: $withChosen) { id name }
  }
`)

export const LogTenants = graphql(`
  query LogTenants {
    tenants(first: 100) {
      nodes { id name }
    }
  }
`)

export type Entry = ResultOf<typeof LogLine>
export type Filter = VariablesOf<typeof LogPage>['filter']
export type Page = ResultOf<typeof LogPage>['logs']
export type Batch = ResultOf<typeof LogTail>['logAppended']
