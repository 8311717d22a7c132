import { graphql, type ResultOf } from '../../graphql/graphql'

const InstancesOf = graphql(`
  fragment InstancesOf on GrabTask {
    id
    name
    tenant { id name }
    spec { image shape hasRootPassword sshKeys }
    instances {
      id
      name
      providerId
      publicIps
      privateIps
      region
      zone
      state
      size { ocpus memoryGb }
      seenAt
    }
  }
`)

export type TaskWithInstances = ResultOf<typeof InstancesOf>

export const Grabbed = graphql(
  `
  query Instances($after: String) {
    grabTasks(first: 100, after: $after, orderBy: { field: CREATED_AT, direction: DESC }) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { ...InstancesOf }
    }
  }
`,
  [InstancesOf],
)

export const GrabbedByTask = graphql(
  `
  query InstancesOfTask($id: ID!) {
    grabTask(id: $id) { ...InstancesOf }
  }
`,
  [InstancesOf],
)
