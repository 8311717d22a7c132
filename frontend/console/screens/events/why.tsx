/** Why a value is what it is: the event that set it, and the way there. */
import { Button, Group, Text } from '@mantine/core'
import { useEffect, useState } from 'react'

import type { Fault } from '../../graphql/fault'
import { useFormat } from '../../i18n/format'
import { Failed } from '../../ui/states'
import { causeOf } from './cause'
import type { Change } from './documents'
import classes from './events.module.css'
import { changesOf } from './history'
import { Sign } from './sign'
import { words } from './words'

interface WhyProps {
  stream: string
  path: string
  /** The version that the value was seen at. */
  version: number
  go(version: number): void
}

type Answer = { change: Change | undefined } | { fault: Fault } | undefined

export function Why({ stream, path, version, go }: WhyProps) {
  const said = words.use().travel
  const [answer, setAnswer] = useState<Answer>()
  useEffect(() => {
    let here = true
    setAnswer(undefined)
    causeOf(path, version, (from, to) => changesOf(stream, { from, to })).then(
      (change) => here && setAnswer({ change }),
      (fault: Fault) => here && setAnswer({ fault }),
    )
    return () => {
      here = false
    }
  }, [stream, path, version])
  return (
    <div className={classes.why} role="status" aria-label={said.why}>
      {!answer && <Text size="sm">{said.whyAsking}</Text>}
      {answer && 'fault' in answer && <Failed fault={answer.fault} />}
      {answer && 'change' in answer && !answer.change && <Text size="sm">{said.initial}</Text>}
      {answer && 'change' in answer && answer.change && (
        <Reason change={answer.change} version={version} go={go} />
      )}
    </div>
  )
}

function Reason({ change, version, go }: { change: Change; version: number; go: WhyProps['go'] }) {
  const said = words.use().travel
  const format = useFormat()
  const { type, summary, time, actor, version: at } = change.causedBy
  return (
    <Group justify="space-between" gap="xs">
      <div>
        <Text size="sm" fw={600}>
          <Sign type={type} /> {summary}
        </Text>
        <Text size="sm" className="figures" title={format.exact(time)}>
          <span className="mono">{type}</span> · v{format.count(at)} · {format.day(time)} {format.clock(time)}{' '}
          · {said.setBy(actor)}
        </Text>
      </div>
      {at === version ? (
        <Text size="sm" c="dimmed">
          {said.here}
        </Text>
      ) : (
        <Button size="compact-sm" onClick={() => go(at)}>
          {said.goThere}
        </Button>
      )}
    </Group>
  )
}
