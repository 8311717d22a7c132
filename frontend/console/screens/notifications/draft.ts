/**
 * A channel while somebody edits it. Secrets are never shown: an empty field leaves what is kept as it is, and one that a channel can do
 * without can be taken away.
 */
import type { NotificationTopic } from '../../graphql/enums'
import type { Channel, ChannelInput } from './documents'

export type Kind = 'telegram' | 'dingTalk' | 'email' | 'webhook'
type Security = 'TLS' | 'STARTTLS' | 'NONE'

export interface Draft {
  name: string
  enabled: boolean
  topics: NotificationTopic[]
  kind: Kind
  telegram: { botToken: string; chatId: string; apiBase: string }
  dingTalk: { webhook: string; secret: string; withoutSecret: boolean }
  email: {
    host: string
    port: number
    security: Security
    from: string
    to: string[]
    username: string
    password: string
    withoutPassword: boolean
  }
  webhook: { url: string; secret: string; withoutSecret: boolean }
}

export const KINDS: Kind[] = ['telegram', 'dingTalk', 'email', 'webhook']

const KIND_OF: Record<Channel['config']['__typename'], Kind> = {
  TelegramConfig: 'telegram',
  DingTalkConfig: 'dingTalk',
  EmailConfig: 'email',
  WebhookConfig: 'webhook',
}

export const kindOf = ({ config }: Channel): Kind => KIND_OF[config.__typename]

const BLANK: Draft = {
  name: '',
  enabled: true,
  topics: ['TASK_SUCCEEDED', 'TASK_FAILED', 'ACCOUNT_AUTH_FAILED'],
  kind: 'telegram',
  telegram: { botToken: '', chatId: '', apiBase: 'https://api.telegram.org' },
  dingTalk: { webhook: '', secret: '', withoutSecret: false },
  email: {
    host: '',
    port: 465,
    security: 'TLS',
    from: '',
    to: [],
    username: '',
    password: '',
    withoutPassword: false,
  },
  webhook: { url: '', secret: '', withoutSecret: false },
}

export function draftOf(channel?: Channel): Draft {
  const draft = structuredClone(BLANK)
  if (!channel) return draft
  const { name, enabled, topics, config } = channel
  Object.assign(draft, { name, enabled, topics, kind: kindOf(channel) })
  switch (config.__typename) {
    case 'TelegramConfig':
      Object.assign(draft.telegram, { chatId: config.chatId, apiBase: config.apiBase })
      break
    case 'DingTalkConfig':
      break
    case 'EmailConfig': {
      const { host, port, security, from, to, username } = config
      Object.assign(draft.email, { host, port, security, from, to, username: username ?? '' })
      break
    }
    case 'WebhookConfig':
      Object.assign(draft.webhook, { url: config.url })
      break
  }
  return draft
}

export function inputOf(draft: Draft, channel?: Channel): ChannelInput {
  const { name, enabled, topics } = draft
  const which = channel ? { id: channel.id, expectedVersion: channel.version } : {}
  return { ...which, name: name.trim(), enabled, topics, config: configOf(draft) }
}

function configOf({ kind, telegram, dingTalk, email, webhook }: Draft): ChannelInput['config'] {
  switch (kind) {
    case 'telegram': {
      const { botToken, chatId, apiBase } = telegram
      return { telegram: { chatId: chatId.trim(), apiBase: apiBase.trim(), botToken: secret(botToken) } }
    }
    case 'dingTalk': {
      const key = secret(dingTalk.secret, dingTalk.withoutSecret)
      return { dingTalk: { webhook: secret(dingTalk.webhook), secret: key } }
    }
    case 'email': {
      const { password, withoutPassword, username, ...rest } = email
      const login = { username: username.trim() || undefined, password: secret(password, withoutPassword) }
      return { email: { ...rest, ...login } }
    }
    case 'webhook':
      return { webhook: { url: webhook.url.trim(), secret: secret(webhook.secret, webhook.withoutSecret) } }
  }
}

/** Absent leaves it as it is kept; an empty text takes it away. */
function secret(typed: string, without = false): string | undefined {
  return without ? '' : typed.trim() || undefined
}
