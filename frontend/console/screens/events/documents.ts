import { graphql, type ResultOf } from '../../graphql/graphql'

const EventLine = graphql(`
  fragment EventLine on Event {
    id
    position
    streamId
    version
    type
    time
    actor
    summary
  }
`)

export type Line = ResultOf<typeof EventLine>

const EventWhole = graphql(
  `
  fragment EventWhole on Event {
    ...EventLine
    correlationId
    causationId
    schemaVersion
    data
  }
`,
  [EventLine],
)

export type Whole = ResultOf<typeof EventWhole>

export const Head = graphql(`
  query EventLogHead {
    eventLog { head sizeBytes }
  }
`)

export const HeadFeed = graphql(`
  subscription EventLogHeads($after: EventPosition) {
    eventAppended(after: $after) { position }
  }
`)

/** A page backwards: the newest before a cursor. */
export const LogPage = graphql(
  `
  query EventLogPage($last: Int!, $before: String, $filter: EventFilter) {
    events(last: $last, before: $before, filter: $filter) {
      nodes { ...EventLine }
      pageInfo { startCursor hasPreviousPage }
    }
  }
`,
  [EventLine],
)

export const Appended = graphql(
  `
  subscription EventsAppended($after: EventPosition, $filter: EventFilter) {
    eventAppended(after: $after, filter: $filter) {
      position
      events { ...EventLine }
    }
  }
`,
  [EventLine],
)

/** The event after a position: with the one before it, the event at a position. */
export const EventAfter = graphql(
  `
  query EventAfter($after: String!) {
    events(after: $after, first: 1) {
      nodes { ...EventWhole }
    }
  }
`,
  [EventWhole],
)

export const Verification = graphql(`
  subscription EventLogVerification {
    eventLogVerification {
      position
      head
      eventsPerSecond
      done
      clean
      findings
      checksum
    }
  }
`)

export type VerificationState = ResultOf<typeof Verification>['eventLogVerification']

export const StreamEnd = graphql(`
  query StreamEnd($streamId: String!) {
    streamSnapshot(streamId: $streamId) { version position }
  }
`)

export const PositionOf = graphql(`
  query PositionOfVersion($streamId: String!, $version: Int!) {
    streamSnapshot(streamId: $streamId, point: { version: $version }) { position }
  }
`)

/** What kind of event each version of a stream is: for the strip, so only what it draws. */
export const Versions = graphql(`
  query StreamVersions($streamId: String!, $after: String!, $first: Int!) {
    events(after: $after, first: $first, filter: { streamId: [$streamId] }) {
      nodes { version type position time }
    }
  }
`)

export const StreamMoment = graphql(
  `
  query StreamMoment($streamId: String!, $point: PointInHistory) {
    streamSnapshot(streamId: $streamId, point: $point) {
      version
      position
      time
      previousVersion
      nextVersion
      state
      event { ...EventWhole }
    }
  }
`,
  [EventWhole],
)

export type Moment = NonNullable<ResultOf<typeof StreamMoment>['streamSnapshot']>

export const StreamChanges = graphql(`
  query StreamChanges($streamId: String!, $from: PointInHistory, $to: PointInHistory) {
    streamDiff(streamId: $streamId, from: $from, to: $to) {
      path
      before
      after
      changes
      causedBy { position version type time actor summary }
    }
  }
`)

export type Change = ResultOf<typeof StreamChanges>['streamDiff'][number]

export const Names = graphql(`
  query NamesOfThings($ids: [ID!]!) {
    nodes(ids: $ids) {
      __typename
      id
      ... on GrabTask { name }
      ... on Tenant { name }
      ... on LaunchProfile { name }
      ... on NotificationChannel { name }
    }
  }
`)
