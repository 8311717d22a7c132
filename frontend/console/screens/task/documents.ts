import { graphql, type ResultOf } from '../../graphql/graphql'
import { TaskRow } from '../../store/tasks'

/** The task, whole. `details`, `timing` and `grabbed` say more of what the row says in short. */
export const TaskPage = graphql(
  `
  query TaskPage($id: ID!, $utcOffsetMinutes: Int) {
    grabTask(id: $id) {
      ...TaskRow
      details: spec {
        sizes { ocpus memoryGb }
        availabilityDomains
        sshKeys
        tags { name value }
        vpusPerGb
        subnet
        publicIpv4
        ipv6
        hasRootPassword
        hasUserData
      }
      timing: schedule {
        interval
        jitterPercent
        startAt
        deadline
        maxAttempts
        utcOffsetMinutes
        windows { days fromMinute toMinute }
        cronWindows { cron minutes }
      }
      grabbed: instances { id name providerId publicIps privateIps region zone }
      odds(utcOffsetMinutes: $utcOffsetMinutes) {
        region
        launched
        launchedByHour
        text
        window { from to }
      }
    }
  }
`,
  [TaskRow],
)

export type Detail = NonNullable<ResultOf<typeof TaskPage>['grabTask']>
export type Grabbed = Detail['grabbed'][number]

const AttemptRow = graphql(`
  fragment AttemptRow on Attempt {
    id
    number
    position
    startedAt
    outcome
    durationMs
    availabilityDomain
    reason
    hint
    instanceId
    requestId
    providerError { status code message requestId }
  }
`)

export type Attempt = ResultOf<typeof AttemptRow>

export const TaskAttempts = graphql(
  `
  query TaskAttempts($id: ID!, $first: Int!, $after: String) {
    grabTask(id: $id) {
      position
      attempts(first: $first, after: $after) {
        edges { cursor node { ...AttemptRow } }
        pageInfo { hasNextPage }
      }
    }
  }
`,
  [AttemptRow],
)

export const AttemptsSettled = graphql(
  `
  subscription TaskAttemptsSettled($taskIds: [ID!], $after: EventPosition) {
    attemptAppended(taskIds: $taskIds, after: $after) {
      position
      attempts { ...AttemptRow }
    }
  }
`,
  [AttemptRow],
)

export const TaskBar = graphql(`
  query TaskBar($id: ID!, $count: Int!, $width: Seconds!) {
    grabTask(id: $id) {
      position
      lastAttempt { number outcome }
      attemptBuckets(count: $count, width: $width) { start outcomes { outcome count } }
    }
  }
`)

export const BarSettled = graphql(`
  subscription TaskBarSettled($taskIds: [ID!], $after: EventPosition) {
    attemptAppended(taskIds: $taskIds, after: $after) {
      position
      attempts { number startedAt outcome }
    }
  }
`)
