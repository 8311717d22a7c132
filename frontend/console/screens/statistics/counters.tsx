import { Group, Text } from '@mantine/core'
import type { ReactNode } from 'react'

import { useFormat } from '../../i18n/format'
import { StateMark } from '../../ui/mark'
import type { Numbers } from './documents'
import classes from './statistics.module.css'
import { words } from './words'

/** The numbers that are live. Not announced: they would never stop talking. */
export function Counters({ counters }: { counters: Numbers }) {
  const said = words.use()
  const format = useFormat()
  const { attempts, faults, lost, meanDurationMs, medianTimeToLaunch, tasksByState } = counters
  const share = attempts > 0 ? ` (${format.percent(faults / attempts)})` : ''
  return (
    <>
      <dl className={classes.counters}>
        <Counter name={said.attempts}>{format.count(attempts)}</Counter>
        <Counter name={said.launched} tone={counters.launched > 0 ? 'got' : undefined}>
          {format.count(counters.launched)}
        </Counter>
        <Counter name={said.accepted}>{format.count(counters.accepted)}</Counter>
        {lost > 0 && <Counter name={said.lost}>{format.count(lost)}</Counter>}
        <Counter name={said.faults} tone={faults > 0 ? 'fault' : undefined}>
          {format.count(faults)}
          {faults > 0 && <small>{share}</small>}
        </Counter>
        <Counter name={said.median}>
          {medianTimeToLaunch === null ? said.none : format.duration(medianTimeToLaunch)}
        </Counter>
        <Counter name={said.answer}>
          {meanDurationMs === null ? said.none : format.milliseconds(meanDurationMs)}
        </Counter>
      </dl>
      {tasksByState.length > 0 && (
        <Group gap="md">
          <Text size="sm" c="dimmed">
            {said.tasks}
          </Text>
          {tasksByState.map(({ state, count }) => (
            <Text key={state} size="sm" component="span" className="figures">
              <StateMark state={state} /> {format.count(count)}
            </Text>
          ))}
        </Group>
      )}
    </>
  )
}

function Counter({ name, tone, children }: { name: string; tone?: string | undefined; children: ReactNode }) {
  return (
    <div className="card">
      <dt>{name}</dt>
      <dd className="figures" data-tone={tone}>
        {children}
      </dd>
    </div>
  )
}
