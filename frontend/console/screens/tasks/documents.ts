import { graphql } from '../../graphql/graphql'
import { TaskRow } from '../../store/tasks'

export const TaskPage = graphql(
  `
  query Tasks($first: Int!, $after: String, $filter: GrabTaskFilter, $orderBy: GrabTaskOrder!) {
    grabTasks(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
      position
      totalCount
      pageInfo { endCursor hasNextPage }
      nodes { ...TaskRow }
    }
  }
`,
  [TaskRow],
)

export const TenantNames = graphql(`
  query TenantNames {
    tenants(first: 100) { nodes { id name } }
  }
`)
