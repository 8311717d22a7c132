import { Alert, Badge, Button, Group, Text, Title } from '@mantine/core'
import { useState } from 'react'

import { enums } from '../../i18n/enums'
import { useFormat } from '../../i18n/format'
import { carryOut } from '../../ui/carry-out'
import { confirm } from '../../ui/dialog'
import { FactList } from '../../ui/facts'
import { Mark } from '../../ui/mark'
import { saying } from '../../ui/states'
import { say } from '../../ui/toast'
import { When } from '../../ui/when'
import { DeliveryMark } from './deliveries/delivery-mark'
import { type Channel, ChannelDelete } from './documents'
import { EnabledSwitch } from './enabled-switch'
import { factsOf, rulesOf } from './facts'
import { Outcome, useTrial } from './form/trial'
import { ICON, kindOf } from './kinds'
import classes from './notifications.module.css'
import { words } from './words'

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
  return (
    <li className={`card ${classes.card}`}>
      <Head channel={channel} mayEdit={edit !== undefined} put={put} />
      <Ended channel={channel} />
      <Last channel={channel} />
      <FactList facts={factsOf(channel.config, said)} />
      <Group gap={6} aria-label={said.topics} role="group">
        {channel.topics.map((each) => (
          <Badge key={each} variant="default" tt="none" fw={500}>
            {topic[each]}
          </Badge>
        ))}
      </Group>
      <Rules channel={channel} />
      {edit && <Foot channel={channel} edit={edit} drop={drop} />}
    </li>
  )
}

function Head({ channel, mayEdit, put }: { channel: Channel; mayEdit: boolean; put: CardProps['put'] }) {
  const said = words.use()
  const kind = kindOf(channel)
  const Icon = ICON[kind]
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm">
      <Group gap="sm" wrap="nowrap" miw={0}>
        <Icon size={22} aria-hidden style={{ flex: 'none' }} />
        <div style={{ minWidth: 0 }}>
          <Title order={2} size="h5" style={{ overflowWrap: 'anywhere' }}>
            {channel.name}
          </Title>
          <Text size="xs" c="dimmed">
            {said.kind[kind]} · {said.changed}
            <When at={channel.updatedAt} />
          </Text>
        </div>
      </Group>
      {mayEdit ? (
        <EnabledSwitch channel={channel} put={put} />
      ) : (
        <Mark tone="miss" sign={channel.enabled ? '●' : '○'}>
          {channel.enabled ? said.on : said.off}
        </Mark>
      )}
    </Group>
  )
}

/** The server itself turned it off: why, and what to do. */
function Ended({ channel: { disabledBecause: end } }: Pick<CardProps, 'channel'>) {
  const said = words.use()
  if (!end) return null
  return (
    <Alert color="red" variant="outline" role="note" title={said.ended[end.reason]}>
      <Text size="sm">
        <span className="mono">“{end.words}”</span> · <When at={end.at} />
      </Text>
      <Text size="sm">{said.endedHint[end.reason]}</Text>
    </Alert>
  )
}

/** What came of the newest delivery, and how many wait or were given up. */
function Last({ channel }: Pick<CardProps, 'channel'>) {
  const said = words.use()
  const format = useFormat()
  const { lastDelivery: last, waitingCount, failedCount } = channel
  const counts = [waitingCount > 0 && said.waiting(waitingCount), failedCount > 0 && said.failed(failedCount)]
  if (!last)
    return (
      <Text size="sm" c="dimmed">
        {said.neverSent}
      </Text>
    )
  return (
    <div className="figures" role="status">
      <Group gap="xs" fz="sm">
        <span>
          {said.last} <When at={last.lastTriedAt ?? last.queuedAt} />
        </span>
        <DeliveryMark state={last.state} />
        {last.durationMs !== null && <span>{format.milliseconds(last.durationMs)}</span>}
        {last.state !== 'DELIVERED' && last.httpStatus !== null && <span>{last.httpStatus}</span>}
        <Text span size="sm" c="dimmed">
          {counts.filter(Boolean).join(' · ')}
        </Text>
      </Group>
      {/* What it was turned off for is said above. */}
      {!channel.disabledBecause && last.state !== 'DELIVERED' && <WhyNot last={last} />}
    </div>
  )
}

function WhyNot({ last }: { last: NonNullable<Channel['lastDelivery']> }) {
  const { response, failureReason, failureHint } = last
  return (
    <>
      {response && (
        <Text size="sm" className="mono" style={{ overflowWrap: 'anywhere' }}>
          “{response}”
        </Text>
      )}
      {failureReason && (
        <Text size="sm" c="dimmed">
          {saying({ message: failureReason, hint: failureHint })}
        </Text>
      )}
    </>
  )
}

function Rules({ channel: { rules } }: Pick<CardProps, 'channel'>) {
  const said = words.use()
  const { severity } = enums.use()
  return (
    <Text size="xs" c="dimmed">
      {rulesOf(rules, said, severity).join(' · ')}
    </Text>
  )
}

function Foot({ channel, edit, drop }: { channel: Channel; edit: () => void; drop: CardProps['drop'] }) {
  const said = words.use()
  const trial = useTrial()
  const [asked, setAsked] = useState(false)
  const test = async () => {
    setAsked(true)
    await trial.run({ id: channel.id })
  }
  const wrong = trial.fault ?? trial.refusals[0]
  return (
    <div className={classes.foot}>
      <div role="status">
        {asked && trial.tested && <Outcome tested={trial.tested} />}
        {wrong && (
          <Text size="sm">
            <Mark tone="fault">{wrong.message}</Mark>
          </Text>
        )}
      </div>
      <Group gap="xs" justify="flex-end" mt="xs">
        <Button size="compact-sm" variant="default" loading={trial.busy} onClick={test}>
          {said.test}
        </Button>
        <Button size="compact-sm" variant="default" onClick={edit}>
          {said.edit}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => askRemove(channel, drop)}>
          {said.remove}
        </Button>
      </Group>
    </div>
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
