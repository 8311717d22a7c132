/** One event, whole: what happened, why, by whom, and what it says. */
import { ActionIcon, Anchor, Button, Group, Stack, Text, Title } from '@mantine/core'
import { IconHistory, IconX } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { memo } from 'react'

import { useFormat } from '../../i18n/format'
import { Copyable, CopyButton } from '../../ui/copy'
import { Fact, Facts } from '../../ui/facts'
import { words as common } from '../../ui/words'
import type { Whole } from './documents'
import classes from './events.module.css'
import { JsonTree } from './json-tree'
import { useName } from './names'
import { thingOf } from './query'
import { Sign } from './sign'
import { words } from './words'

interface EventPanelProps {
  event: Whole
  /** In time travel one is there already. */
  travels?: boolean
  close?: () => void
}

export const EventPanel = memo(function EventPanel({ event, travels, close }: EventPanelProps) {
  const said = words.use()
  const { close: closeLabel } = common.use()
  const { position, streamId, type, summary, data } = event
  return (
    <Stack gap="sm" component="article" aria-label={`${said.event} ${position}`}>
      <div>
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Title order={2} size="h4" className={classes.summaryTitle}>
            <Sign type={type} /> {summary}
          </Title>
          {close && (
            <ActionIcon variant="subtle" color="gray" aria-label={closeLabel} onClick={close}>
              <IconX size={18} />
            </ActionIcon>
          )}
        </Group>
        <Text size="sm" className="mono" c="dimmed">
          {type}
        </Text>
      </div>
      <FactsOf event={event} />
      {!travels && (
        <Group gap="xs">
          <Button
            size="compact-md"
            leftSection={<IconHistory size={16} aria-hidden />}
            renderRoot={(props) => (
              <Link to="/events" search={{ mode: 'travel', stream: streamId, position }} {...props} />
            )}
          >
            {said.travelHere}
          </Button>
          <Button
            size="compact-md"
            variant="default"
            renderRoot={(props) => <Link to="/events" search={{ stream: streamId, position }} {...props} />}
          >
            {said.ofStream}
          </Button>
        </Group>
      )}
      <div>
        <Group justify="space-between">
          <Title order={3} size="h6">
            {said.data}
          </Title>
          <CopyButton text={JSON.stringify(data, null, 2)} what={said.data} />
        </Group>
        <JsonTree label={said.data} value={data} />
      </div>
    </Stack>
  )
})

function FactsOf({ event }: { event: Whole }) {
  const said = words.use()
  const format = useFormat()
  const { position, time, streamId, version, actor, causationId, correlationId, schemaVersion } = event
  return (
    <Facts>
      <Fact name={said.position}>
        <Copyable text={position} />
      </Fact>
      <Fact name={said.time}>
        <time dateTime={time} title={format.exact(time)} className="figures">
          {format.day(time)} {format.clock(time)}
        </time>
      </Fact>
      <Fact name={said.stream}>
        <Thing stream={streamId} />
        <span className={classes.ofVersion}>v{format.count(version)}</span>
      </Fact>
      <Fact name={said.actor}>{actor}</Fact>
      {causationId && (
        <Fact name={said.cause}>
          <Cause id={causationId} />
        </Fact>
      )}
      <Fact name={said.correlation}>
        <Copyable text={correlationId} />
        <Anchor
          size="sm"
          display="block"
          renderRoot={(props) => (
            <Link to="/events" search={{ correlation: correlationId, position }} {...props} />
          )}
        >
          {said.sameCause}
        </Anchor>
      </Fact>
      <Fact name={said.schemaVersion}>{schemaVersion}</Fact>
    </Facts>
  )
}

/** By its name, where it has one, and its id. */
export function Thing({ stream }: { stream: string }) {
  const name = useName(stream)
  return (
    <>
      {name && <span>{name} </span>}
      <Copyable text={stream}>{name ? short(thingOf(stream)) : stream}</Copyable>
    </>
  )
}

const short = (id: string) => (id.length > 16 ? `…${id.slice(-8)}` : id)

/** An event's position, or a command. */
function Cause({ id }: { id: string }) {
  if (!/^\d+$/.test(id)) return <Copyable text={id} />
  return (
    <Anchor
      size="sm"
      renderRoot={(props) => (
        <Link
          to="/events"
          search={(before: object) => ({ ...before, mode: undefined, position: id })}
          {...props}
        />
      )}
    >
      {id}
    </Anchor>
  )
}
