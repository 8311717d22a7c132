/** The schema's enums, by name. */
import type { graphql } from './graphql'

export type AccountStatus = ReturnType<typeof graphql.scalar<'AccountStatus'>>
export type AttemptOutcome = ReturnType<typeof graphql.scalar<'AttemptOutcome'>>
export type FreeResource = ReturnType<typeof graphql.scalar<'FreeResource'>>
export type GrabTaskAction = ReturnType<typeof graphql.scalar<'GrabTaskAction'>>
export type GrabTaskOrderField = ReturnType<typeof graphql.scalar<'GrabTaskOrderField'>>
export type GrabTaskState = ReturnType<typeof graphql.scalar<'GrabTaskState'>>
export type LogCategory = ReturnType<typeof graphql.scalar<'LogCategory'>>
export type LogLevel = ReturnType<typeof graphql.scalar<'LogLevel'>>
export type NotificationDeliveryState = ReturnType<typeof graphql.scalar<'NotificationDeliveryState'>>
export type NotificationLanguage = ReturnType<typeof graphql.scalar<'NotificationLanguage'>>
export type Severity = ReturnType<typeof graphql.scalar<'Severity'>>
export type NotificationTopic = ReturnType<typeof graphql.scalar<'NotificationTopic'>>
export type ProjectionStatus = ReturnType<typeof graphql.scalar<'ProjectionStatus'>>
export type Role = ReturnType<typeof graphql.scalar<'Role'>>
export type Scope = ReturnType<typeof graphql.scalar<'Scope'>>
export type Weekday = ReturnType<typeof graphql.scalar<'Weekday'>>
