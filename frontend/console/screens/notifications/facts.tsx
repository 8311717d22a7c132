/** Where a channel goes and what it is told, as far as that may be shown. */
import type { ReactNode } from 'react'

import type { Severity } from '../../graphql/enums'
import { clockOf, zoneOf } from '../../i18n/clock'
import { Copyable } from '../../ui/copy'
import type { Channel } from './documents'
import type { words } from './words'

type Said = ReturnType<typeof words.use>
type Fact = [string, ReactNode]

export function factsOf(config: Channel['config'], said: Said): Fact[] {
  const signed = (is: boolean): Fact => [said.signing, is ? said.signed : said.unsigned]
  switch (config.__typename) {
    case 'TelegramConfig':
      return telegram(config, said)
    case 'DingTalkConfig':
    case 'FeishuConfig':
      return [[said.webhook, hidden(config.webhookMasked)], signed(config.signed)]
    case 'SlackConfig':
      return [[said.webhook, hidden(config.webhookMasked)]]
    case 'EmailConfig':
      return [
        [said.to, config.to.map((address) => <Copyable key={address} text={address} />)],
        [said.from, <Copyable key="from" text={config.from} />],
        [said.server, `${config.host}:${config.port} · ${said.securities[config.security]}`],
      ]
    case 'WebhookConfig':
      return [[said.address, <Copyable key="url" text={config.url} />], signed(config.signed)]
    case 'BarkConfig':
      return [
        [said.deviceKey, hidden(config.deviceKeyMasked)],
        [said.server, <Copyable key="server" text={config.server} />],
      ]
    case 'ServerChanConfig':
      return [[said.sendKey, hidden(config.sendKeyMasked)]]
    case 'TemplateConfig':
      return [
        [said.address, hidden(config.urlMasked)],
        [said.contentType, config.contentType],
        signed(config.signed),
      ]
  }
}

type Telegram = Extract<Channel['config'], { __typename: 'TelegramConfig' }>

function telegram({ botTokenMasked, chatId, apiBase, proxyMasked, control }: Telegram, said: Said): Fact[] {
  const facts: Fact[] = [
    [said.botToken, hidden(botTokenMasked)],
    [said.chatId, <Copyable key="chat" text={chatId} />],
    [said.apiBase, <Copyable key="api" text={apiBase} />],
  ]
  if (proxyMasked) facts.push([said.proxy, hidden(proxyMasked)])
  if (control) facts.push([said.control, said.controlled])
  return facts
}

/** As much of a secret as may be shown. */
const hidden = (masked: string) => <span className="mono">{masked}</span>

/** What is not as usual, and the language. */
export function rulesOf(
  { atLeast, tenantIds, quietHours, utcOffsetMinutes, language }: Channel['rules'],
  said: Said,
  severity: Record<Severity, string>,
): string[] {
  const rules = [said.languages[language]]
  if (atLeast !== 'INFO') rules.push(said.atLeast(severity[atLeast]))
  if (tenantIds.length > 0) rules.push(said.ofTenants(tenantIds.length))
  if (quietHours) {
    const { fromMinute, toMinute } = quietHours
    rules.push(said.quiet(`${clockOf(fromMinute)}–${clockOf(toMinute)} ${zoneOf(utcOffsetMinutes)}`))
  }
  return rules
}
