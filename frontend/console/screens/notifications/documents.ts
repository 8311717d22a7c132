import { graphql, type ResultOf, type VariablesOf } from '../../graphql/graphql'

const ChannelRow = graphql(`
  fragment ChannelRow on NotificationChannel {
    id
    name
    enabled
    topics
    version
    updatedAt
    config {
      __typename
      ... on TelegramConfig { botTokenMasked chatId apiBase }
      ... on DingTalkConfig { webhookMasked signed }
      ... on EmailConfig { host port security from to username hasPassword }
      ... on WebhookConfig { url signed }
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
