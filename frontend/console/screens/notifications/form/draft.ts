/**
 * A channel while somebody edits it. Secrets are never shown: an empty field leaves what is kept as it is, and one that a channel can do
 * without can be taken away.
 */
import type { NotificationLanguage, NotificationTopic, Severity } from '../../../graphql/enums'
import { clockOf, DAY_MINUTES, minuteOf, offsetHere } from '../../../i18n/clock'
import type { Channel, ChannelInput } from '../documents'
import { type Kind, kindOf } from '../kinds'

type Security = 'TLS' | 'STARTTLS' | 'NONE'
type Config = Channel['config']
type ConfigInput = ChannelInput['config']

export interface Draft {
  name: string
  enabled: boolean
  topics: NotificationTopic[]
  rules: {
    atLeast: Severity
    tenantIds: string[]
    isQuiet: boolean
    quietFrom: string
    quietTo: string
    utcOffsetMinutes: number
    language: NotificationLanguage
  }
  kind: Kind
  telegram: {
    botToken: string
    chatId: string
    apiBase: string
    proxy: string
    withoutProxy: boolean
    control: boolean
  }
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
  slack: { webhook: string }
  feishu: { webhook: string; secret: string; withoutSecret: boolean }
  bark: { server: string; deviceKey: string }
  serverChan: { sendKey: string }
  template: { url: string; contentType: string; body: string; secret: string; withoutSecret: boolean }
}

const SIGNED = { secret: '', withoutSecret: false }

const BODY = `{
  "title": "{{title}}",
  "text": "{{text}}"
}`

/** What a new one begins with: it is told of whatever is news to most. */
function blank(language: NotificationLanguage): Draft {
  return {
    name: '',
    enabled: true,
    topics: ['TASK_SUCCEEDED', 'TASK_FAILED', 'ACCOUNT_AUTH_FAILED', 'SYSTEM_ALERT'],
    rules: {
      atLeast: 'INFO',
      tenantIds: [],
      isQuiet: false,
      quietFrom: '23:00',
      quietTo: '08:00',
      utcOffsetMinutes: offsetHere(),
      language,
    },
    kind: 'telegram',
    telegram: {
      botToken: '',
      chatId: '',
      apiBase: 'https://api.telegram.org',
      proxy: '',
      withoutProxy: false,
      control: false,
    },
    dingTalk: { webhook: '', ...SIGNED },
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
    webhook: { url: '', ...SIGNED },
    slack: { webhook: '' },
    feishu: { webhook: '', ...SIGNED },
    bark: { server: 'https://api.day.app', deviceKey: '' },
    serverChan: { sendKey: '' },
    template: { url: '', contentType: 'application/json', body: BODY, ...SIGNED },
  }
}

/** A new one is told in the language of who makes it. */
export function draftOf(channel?: Channel, language: NotificationLanguage = 'ENGLISH'): Draft {
  const draft = blank(language)
  if (!channel) return draft
  const { name, enabled, topics, config, rules } = channel
  const { quietHours: quiet, ...others } = rules
  Object.assign(draft, { name, enabled, topics, kind: kindOf(channel) })
  Object.assign(draft.rules, others, quiet && quietOf(quiet))
  fill(draft, config)
  return draft
}

function quietOf({ fromMinute, toMinute }: NonNullable<Channel['rules']['quietHours']>) {
  return { isQuiet: true, quietFrom: clockOf(fromMinute), quietTo: clockOf(toMinute % DAY_MINUTES) }
}

/** With what of a config is no secret. */
function fill(draft: Draft, config: Config): void {
  switch (config.__typename) {
    case 'TelegramConfig': {
      const { chatId, apiBase, control } = config
      Object.assign(draft.telegram, { chatId, apiBase, control })
      break
    }
    case 'EmailConfig': {
      const { host, port, security, from, to, username } = config
      Object.assign(draft.email, { host, port, security, from, to, username: username ?? '' })
      break
    }
    case 'WebhookConfig':
      draft.webhook.url = config.url
      break
    case 'BarkConfig':
      draft.bark.server = config.server
      break
    case 'TemplateConfig': {
      const { contentType, body } = config
      Object.assign(draft.template, { contentType, body })
      break
    }
    case 'DingTalkConfig':
    case 'SlackConfig':
    case 'FeishuConfig':
    case 'ServerChanConfig':
      break
  }
}

export function inputOf(draft: Draft, channel?: Channel): ChannelInput {
  const { name, enabled, topics } = draft
  const which = channel ? { id: channel.id, expectedVersion: channel.version } : {}
  return { ...which, name: name.trim(), enabled, topics, rules: rulesOf(draft), config: configOf(draft) }
}

function rulesOf({ rules }: Draft): ChannelInput['rules'] {
  const { isQuiet, quietFrom, quietTo, ...others } = rules
  // A day ends at its last midnight, not at its first.
  const hours = { fromMinute: minuteOf(quietFrom), toMinute: minuteOf(quietTo) || DAY_MINUTES }
  return { ...others, quietHours: isQuiet ? hours : null }
}

export function configOf(draft: Draft): ConfigInput {
  return CONFIG_OF[draft.kind](draft)
}

const CONFIG_OF: Record<Kind, (draft: Draft) => ConfigInput> = {
  telegram({ telegram: { botToken, chatId, apiBase, proxy, withoutProxy, control } }) {
    const secrets = { botToken: secret(botToken), proxy: secret(proxy, withoutProxy) }
    return { telegram: { chatId: chatId.trim(), apiBase: apiBase.trim(), control, ...secrets } }
  },
  dingTalk: ({ dingTalk }) => ({ dingTalk: { webhook: secret(dingTalk.webhook), secret: keyOf(dingTalk) } }),
  email({ email: { password, withoutPassword, username, ...rest } }) {
    const login = { username: username.trim() || undefined, password: secret(password, withoutPassword) }
    return { email: { ...rest, ...login } }
  },
  webhook: ({ webhook }) => ({ webhook: { url: webhook.url.trim(), secret: keyOf(webhook) } }),
  slack: ({ slack }) => ({ slack: { webhook: secret(slack.webhook) } }),
  feishu: ({ feishu }) => ({ feishu: { webhook: secret(feishu.webhook), secret: keyOf(feishu) } }),
  bark: ({ bark }) => ({ bark: { server: bark.server.trim(), deviceKey: secret(bark.deviceKey) } }),
  serverChan: ({ serverChan }) => ({ serverChan: { sendKey: secret(serverChan.sendKey) } }),
  template({ template: { url, contentType, body, ...signed } }) {
    return {
      template: { url: secret(url), contentType: contentType.trim(), body, secret: keyOf(signed) },
    }
  },
}

const keyOf = ({ secret: key, withoutSecret }: typeof SIGNED) => secret(key, withoutSecret)

/** Absent leaves it as it is kept; an empty text takes it away. */
function secret(typed: string, without = false): string | undefined {
  return without ? '' : typed.trim() || undefined
}
