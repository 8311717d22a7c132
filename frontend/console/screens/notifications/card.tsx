import { Badge, Button, Group, Switch, Text, Title } from '@mantine/core'
import { IconBrandTelegram, IconMail, IconMessageBolt, IconWebhook } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'

import { enums } from '../../i18n/enums'
import { carryOut } from '../../ui/carry-out'
import { Copyable } from '../../ui/copy'
import { confirm } from '../../ui/dialog'
import { FactList } from '../../ui/facts'
import { Mark } from '../../ui/mark'
import { say, sayUndo } from '../../ui/toast'
import { When } from '../../ui/when'
import { type Channel, ChannelDelete, ChannelUpsert } from './documents'
import { draftOf, inputOf, type Kind, kindOf } from './draft'
import classes from './notifications.module.css'
import { words } from './words'

const ICON: Record<Kind, typeof IconMail> = {
  telegram: IconBrandTelegram,
  dingTalk: IconMessageBolt,
  email: IconMail,
  webhook: IconWebhook,
}

interface CardProps {
  channel: Channel
  /** Absent for those who may only look. */
  edit: (() => void) | undefined
  put: (channel: Channel) => void
  drop: (id: string) => void
}

export function ChannelCard({ channel, edit, put, drop }: CardProps) {
  const said = words.use()
  const { topic } = enums.use()
  const kind = kindOf(channel)
  const Icon = ICON[kind]
  return (
    <li className={`card ${classes.card}`}>
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Group gap="sm" wrap="nowrap" miw={0}>
          <Icon size={22} aria-hidden style={{ flex: 'none' }} />
          <div style={{ minWidth: 0 }}>
            <Title order={2} size="h5" style={{ overflowWrap: 'anywhere' }}>
              {channel.name}
            </Title>
            <Text size="xs" c="dimmed">
              {said.kind[kind]}
            </Text>
          </div>
        </Group>
        {edit ? (
          <EnabledSwitch channel={channel} put={put} />
        ) : (
          <Mark tone="miss" sign={channel.enabled ? '●' : '○'}>
            {channel.enabled ? said.on : said.off}
          </Mark>
        )}
      </Group>
      <Where channel={channel} />
      <Group gap={6} aria-label={said.topics} role="group">
        {channel.topics.map((each) => (
          <Badge key={each} variant="default" tt="none" fw={500}>
            {topic[each]}
          </Badge>
        ))}
      </Group>
      <Group justify="space-between" gap="sm" className={classes.foot}>
        <Text size="xs" c="dimmed">
          {said.changed}
          <When at={channel.updatedAt} />
        </Text>
        {edit && (
          <Group gap="xs">
            <Button size="compact-sm" variant="default" onClick={edit}>
              {said.edit}
            </Button>
            <Button size="compact-sm" variant="default" onClick={() => askRemove(channel, drop)}>
              {said.remove}
            </Button>
          </Group>
        )}
      </Group>
    </li>
  )
}

function EnabledSwitch({ channel, put }: Pick<CardProps, 'channel' | 'put'>) {
  const said = words.use()
  const [busy, setBusy] = useState(false)
  /** Answers the channel after it: undoing it expects that version. */
  const turn = async (from: Channel, enabled: boolean) => {
    const told = await carryOut(ChannelUpsert, { input: { ...inputOf(draftOf(from), from), enabled } })
    const after = told?.notificationChannelUpsert.channel
    if (after) put(after)
    return after
  }
  const toggle = async () => {
    setBusy(true)
    const after = await turn(channel, !channel.enabled)
    setBusy(false)
    if (!after) return
    const done = after.enabled ? said.turnedOn(after.name) : said.turnedOff(after.name)
    sayUndo(done, () => void turn(after, !after.enabled))
  }
  return (
    <Switch
      checked={channel.enabled}
      disabled={busy}
      onChange={toggle}
      aria-label={said.enabled(channel.name)}
      label={channel.enabled ? said.on : said.off}
      labelPosition="left"
      style={{ flex: 'none' }}
    />
  )
}

/** What forgets secrets cannot be taken back, so it is asked about. */
function askRemove(channel: Channel, drop: CardProps['drop']): void {
  const said = words.now()
  confirm({
    title: said.removeTitle(channel.name),
    text: said.removeText,
    does: said.remove,
    run: async () => {
      const { id, version, name } = channel
      if (!(await carryOut(ChannelDelete, { input: { id, expectedVersion: version } }))) return
      drop(id)
      say(said.removed(name))
    },
  })
}

/** Where it goes, as far as that may be shown. */
function Where({ channel: { config } }: { channel: Channel }) {
  const said = words.use()
  return <FactList facts={factsOf(config, said)} />
}

function factsOf(config: Channel['config'], said: ReturnType<typeof words.use>): [string, ReactNode][] {
  switch (config.__typename) {
    case 'TelegramConfig':
      return [
        [
          said.botToken,
          <span key="token" className="mono">
            {config.botTokenMasked}
          </span>,
        ],
        [said.chatId, <Copyable key="chat" text={config.chatId} />],
        [said.apiBase, <Copyable key="api" text={config.apiBase} />],
      ]
    case 'DingTalkConfig':
      return [
        [
          said.webhookUrl,
          <span key="webhook" className="mono">
            {config.webhookMasked}
          </span>,
        ],
        [said.signingSecret, config.signed ? said.signed : said.unsigned],
      ]
    case 'EmailConfig':
      return [
        [
          said.to,
          config.to.map((address) => (
            <div key={address}>
              <Copyable text={address} />
            </div>
          )),
        ],
        [said.from, <Copyable key="from" text={config.from} />],
        [said.server, `${config.host}:${config.port} · ${said.securities[config.security]}`],
      ]
    case 'WebhookConfig':
      return [
        [said.address, <Copyable key="url" text={config.url} />],
        [said.signingSecret, config.signed ? said.signed : said.unsigned],
      ]
  }
}
