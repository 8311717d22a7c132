import { graphql, type ResultOf, type VariablesOf } from '../../graphql/graphql'

const ChannelRow = graphql(`
  fragment ChannelRow on NotificationChannel {
    id
    name
    enabled
    topics
    version
    updatedAt
    waitingCount
    failedCount
    disabledBecause { reason words at }
    rules { atLeast tenantIds quietHours { fromMinute toMinute } utcOffsetMinutes language }
    lastDelivery { id state title queuedAt lastTriedAt nextTryAt durationMs httpStatus response failureReason failureHint }
    config {
      __typename
      ... on TelegramConfig { botTokenMasked chatId apiBase proxyMasked control }
      ... on DingTalkConfig { webhookMasked signed }
      ... on EmailConfig { host port security from to username hasPassword }
      ... on WebhookConfig { url signed }
      ... on SlackConfig { webhookMasked }
      ... on FeishuConfig { webhookMasked signed }
      ... on BarkConfig { server deviceKeyMasked }
      ... on ServerChanConfig { sendKeyMasked }
      ... on TemplateConfig { urlMasked contentType body signed }
    }
  }
`)

export type Channel = ResultOf<typeof ChannelRow>

export const Channels = graphql(
  `
  query Channels {
    notificationChannels { ...ChannelRow }
  }
`,
  [ChannelRow],
)

export const ChannelUpsert = graphql(
  `
  mutation ChannelUpsert($input: NotificationChannelUpsertInput!) {
    notificationChannelUpsert(input: $input) {
      channel { ...ChannelRow }
      userErrors { code field message hint }
    }
  }
`,
  [ChannelRow],
)

export type ChannelInput = VariablesOf<typeof ChannelUpsert>['input']

export const ChannelDelete = graphql(`
  mutation ChannelDelete($input: NotificationChannelDeleteInput!) {
    notificationChannelDelete(input: $input) {
      deletedId
      userErrors { code field message hint }
    }
  }
`)

export const ChannelTest = graphql(`
  mutation ChannelTest($input: NotificationChannelTestInput!) {
    notificationChannelTest(input: $input) {
      worked
      status
      words
      durationMs
      userErrors { code field message hint }
    }
  }
`)

export type Tested = ResultOf<typeof ChannelTest>['notificationChannelTest']

/** Whom a channel may be told of. */
export const TenantNames = graphql(`
  query TenantNames {
    tenants(first: 100) { nodes { id name } }
  }
`)
