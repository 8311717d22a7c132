import { graphql, type ResultOf, type VariablesOf } from '../../../graphql/graphql'

const DeliveryRow = graphql(`
  fragment DeliveryRow on NotificationDelivery {
    id
    channel { id name }
    topic
    severity
    state
    failureReason
    failureHint
    title
    lines { label text }
    task { id name }
    tries
    queuedAt
    lastTriedAt
    nextTryAt
    response
    httpStatus
    durationMs
    position
  }
`)

export type Delivery = ResultOf<typeof DeliveryRow>

export const Deliveries = graphql(
  `
  query Deliveries($first: Int!, $after: String, $filter: NotificationDeliveryFilter) {
    notificationDeliveries(first: $first, after: $after, filter: $filter) {
      position
      nodes { ...DeliveryRow }
      pageInfo { hasNextPage endCursor }
    }
  }
`,
  [DeliveryRow],
)

export type Filter = NonNullable<VariablesOf<typeof Deliveries>['filter']>

export const DeliveriesChanged = graphql(
  `
  subscription DeliveriesChanged($after: EventPosition, $filter: NotificationDeliveryFilter) {
    deliveryFeed(after: $after, filter: $filter) {
      position
      deliveries { ...DeliveryRow }
    }
  }
`,
  [DeliveryRow],
)
