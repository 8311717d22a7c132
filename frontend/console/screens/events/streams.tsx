/** Whose history to travel in: what moved last. */
import { Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'

import { useAsk } from '../../graphql/asking'
import { useFormat } from '../../i18n/format'
import { Empty, Failed, Waiting } from '../../ui/states'
import { When } from '../../ui/when'
import { type Line, LogPage } from './documents'
import { useName } from './names'
import { kindOf, thingOf } from './query'
import { Sign } from './sign'
import classes from './streams.module.css'
import { words } from './words'

const LOOKED = 300
const OFFERED = 24

export function Streams() {
  const said = words.use()
  const { data, fault, again } = useAsk(LogPage, { last: LOOKED })
  if (fault) return <Failed fault={fault} again={again} />
  if (!data) return <Waiting rows={6} height={72} />
  const newest = newestOfEach(data.events.nodes)
  if (newest.length === 0) return <Empty title={said.noneYet}>{said.noneYetText}</Empty>
  return (
    <Stack gap="sm">
      <div>
        <Title order={2} size="h4">
          {said.travel.choose}
        </Title>
        <Text size="sm" c="dimmed">
          {said.travel.chooseText}
        </Text>
      </div>
      <div className={classes.list}>
        {newest.map((line) => (
          <Stream key={line.streamId} line={line} />
        ))}
      </div>
    </Stack>
  )
}

function newestOfEach(lines: readonly Line[]): Line[] {
  const seen = new Map<string, Line>()
  for (const line of lines.toReversed()) if (!seen.has(line.streamId)) seen.set(line.streamId, line)
  return [...seen.values()].slice(0, OFFERED)
}

function Stream({ line: { streamId, type, summary, time, version } }: { line: Line }) {
  const said = words.use().travel
  const format = useFormat()
  const name = useName(streamId)
  const kind = kindOf(streamId)
  return (
    <Link to="/events" search={{ mode: 'travel', stream: streamId }} className={`card ${classes.stream}`}>
      <span className={classes.kind}>
        {said.kinds[kind] ?? kind} · v{format.count(version)}
      </span>
      <strong>{name || thingOf(streamId)}</strong>
      <span className={classes.last}>
        <Sign type={type} /> {summary} · <When at={time} />
      </span>
    </Link>
  )
}
