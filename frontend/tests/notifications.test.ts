import { expect, test } from 'vitest'

import type { Alert } from '../console/screens/alerts/documents'
import { taken as alertsTaken } from '../console/screens/alerts/taken'
import type { Delivery } from '../console/screens/notifications/deliveries/documents'
import { taken } from '../console/screens/notifications/deliveries/taken'
import type { Channel } from '../console/screens/notifications/documents'
import { configOf, draftOf, inputOf } from '../console/screens/notifications/form/draft'
import { KINDS } from '../console/screens/notifications/kinds'

const rules: Channel['rules'] = {
  atLeast: 'WARNING',
  tenantIds: ['tenant_1'],
  quietHours: { fromMinute: 1_380, toMinute: 1_440 },
  utcOffsetMinutes: 480,
  language: 'CHINESE',
}

const row = (config: Channel['config']): Channel => ({
  id: 'channel_1',
  name: 'ops',
  enabled: false,
  topics: ['TASK_SUCCEEDED'],
  version: 7,
  updatedAt: '2026-11-22T10:00:00Z',
  waitingCount: 0,
  failedCount: 0,
  disabledBecause: null,
  lastDelivery: null,
  rules,
  config,
})

test('an unchanged channel is saved as it is, without its secrets, so that they stay as they are kept', () => {
  const telegram = row({
    __typename: 'TelegramConfig',
    botTokenMasked: '1:••••Dsaw',
    chatId: '-100',
    apiBase: 'https://mirror.example',
    proxyMasked: 'socks5://••••@127.0.0.1:1080',
    control: true,
  })
  expect(inputOf(draftOf(telegram), telegram)).toEqual({
    id: 'channel_1',
    expectedVersion: 7,
    name: 'ops',
    enabled: false,
    topics: ['TASK_SUCCEEDED'],
    rules,
    config: {
      telegram: {
        chatId: '-100',
        apiBase: 'https://mirror.example',
        control: true,
        botToken: undefined,
        proxy: undefined,
      },
    },
  })
  const mail = row({
    __typename: 'EmailConfig',
    host: 'smtp.example.com',
    port: 587,
    security: 'STARTTLS',
    from: 'a@example.com',
    to: ['b@example.com'],
    username: null,
    hasPassword: false,
  })
  expect(inputOf(draftOf(mail), mail).config).toEqual({
    email: {
      host: 'smtp.example.com',
      port: 587,
      security: 'STARTTLS',
      from: 'a@example.com',
      to: ['b@example.com'],
      username: undefined,
      password: undefined,
    },
  })
})

test('quiet hours are as on a clock, and absent when they are not wanted', () => {
  const slack = row({ __typename: 'SlackConfig', webhookMasked: 'hooks.slack.com/••••abcd' })
  const draft = draftOf(slack)
  expect([draft.rules.quietFrom, draft.rules.quietTo]).toEqual(['23:00', '00:00'])
  draft.rules.quietTo = '07:30'
  expect(inputOf(draft, slack).rules?.quietHours).toEqual({ fromMinute: 1_380, toMinute: 450 })
  draft.rules.isQuiet = false
  expect(inputOf(draft, slack).rules?.quietHours).toBeNull()
})

test('a secret is changed by typing it, and taken away by an empty text', () => {
  const webhook = row({ __typename: 'WebhookConfig', url: 'https://example.com/hook', signed: true })
  const draft = draftOf(webhook)
  draft.webhook.secret = 'new one'
  const secretOf = () => (inputOf(draft, webhook).config as { webhook: { secret?: string } }).webhook.secret
  expect(secretOf()).toBe('new one')
  draft.webhook.withoutSecret = true
  expect(secretOf()).toBe('')
})

test('a new channel has neither an id nor a version, and is of one kind, whichever', () => {
  const input = inputOf({ ...draftOf(), name: ' ops ' })
  expect(input).not.toHaveProperty('id')
  expect(input).not.toHaveProperty('expectedVersion')
  expect(input.name).toBe('ops')
  for (const kind of KINDS) expect(Object.keys(configOf({ ...draftOf(), kind }))).toEqual([kind])
})

const delivery = (id: string, change: Partial<Delivery> = {}): Delivery => ({
  id,
  channel: { id: 'channel_1', name: 'ops' },
  topic: 'TASK_SUCCEEDED',
  severity: 'INFO',
  state: 'PENDING',
  failureReason: null,
  failureHint: null,
  title: '',
  lines: [],
  task: null,
  tries: 0,
  queuedAt: '2026-11-22T10:00:00Z',
  lastTriedAt: null,
  nextTryAt: null,
  response: null,
  httpStatus: null,
  durationMs: null,
  position: '10',
  ...change,
})

const ids = (list: { id: string }[]) => list.map(({ id }) => id)

test('the delivery that was queued last is the first, and an older word about one says nothing', () => {
  const known = [delivery('b', { state: 'DELIVERED', position: '12' })]
  const told = [delivery('b'), delivery('c', { queuedAt: '2026-11-22T10:00:01Z' }), delivery('a')]
  const list = taken(known, told, {})
  expect(ids(list)).toEqual(['c', 'b', 'a'])
  expect(list[1]?.state).toBe('DELIVERED')
})

test('whoever reads on into the past loses nothing of it', () => {
  const at = (number: number) => new Date(1_795_000_000_000 - number * 1_000).toISOString()
  const page = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) =>
      delivery(`${from + index}`, { queuedAt: at(from + index) }),
    )
  const list = taken(page(0, 1_000), page(1_000, 1_050), {})
  expect(ids(list)).toEqual(Array.from({ length: 1_050 }, (_, number) => `${number}`))
})

test('a delivery that comes out of the states that are shown goes, and one of another channel never comes', () => {
  const filter = { state: ['PENDING' as const], channelId: ['channel_1'] }
  const sent = delivery('a', { state: 'DELIVERED', position: '11' })
  const foreign = delivery('z', { channel: { id: 'channel_2', name: 'other' } })
  expect(ids(taken([delivery('a'), delivery('b')], [sent, foreign], filter))).toEqual(['b'])
})

const alert = (id: string, change: Partial<Alert> = {}): Alert => ({
  id,
  rule: 'CPU',
  title: '',
  state: 'RAISED',
  severity: 'WARNING',
  value: 90,
  threshold: 80,
  unit: 'PERCENT',
  summary: null,
  labels: [],
  raisedAt: '2026-11-22T10:00:00Z',
  resolvedAt: null,
  resolvedBy: null,
  times: 1,
  history: [],
  version: 1,
  position: '10',
  ...change,
})

test('the alert that was raised last is the first; one that never was is none', () => {
  const known = [alert('a', { position: '12', state: 'RESOLVED' })]
  const told = [alert('a'), alert('b', { raisedAt: '2026-11-22T10:00:01Z' }), alert('c', { times: 0 })]
  const list = alertsTaken(known, told)
  expect(ids(list)).toEqual(['b', 'a'])
  expect(list[1]?.state).toBe('RESOLVED')
})
