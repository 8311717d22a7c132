/** What the thing was at this moment, what the event changed, and how it differs from now. */
import { Group, SegmentedControl, Stack, Text, Title } from '@mantine/core'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { memo, useCallback, useEffect, useState } from 'react'

import { useFormat } from '../../i18n/format'
import { Changes } from './changes'
import type { Moment } from './documents'
import { changes, changesKey, loadChanges } from './history'
import { JsonTree } from './json-tree'
import { useKept } from './kept'
import { touches } from './tree'
import { Why } from './why'
import { words } from './words'

const route = getRouteApi('/events')
const SHOWN = ['state', 'diff', 'now'] as const

interface StatePanelProps {
  stream: string
  moment: Moment
  last: number
  go(version: number): void
}

export const StatePanel = memo(function StatePanel({ stream, moment, last, go }: StatePanelProps) {
  const said = words.use().travel
  const format = useFormat()
  const { show } = route.useSearch()
  const navigate = useNavigate({ from: '/events' })
  const { version, previousVersion } = moment
  const shown = SHOWN.find((value) => value === show) ?? 'state'
  const choose = (show: string) =>
    void navigate({
      search: (before) => ({ ...before, show: show === 'state' ? undefined : show }),
      replace: true,
      resetScroll: false,
    })
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="xs">
        <Title order={2} size="h4" className="figures">
          {said.stateAt(format.count(version))}
        </Title>
        <SegmentedControl
          size="sm"
          aria-label={said.stateAt(format.count(version))}
          value={shown}
          onChange={choose}
          data={SHOWN.map((value) => ({ value, label: said.show[value] }))}
        />
      </Group>
      {shown === 'state' && <State stream={stream} moment={moment} go={go} />}
      {shown === 'diff' &&
        (previousVersion === null ? (
          <Text c="dimmed">{said.before}</Text>
        ) : (
          <Changes
            stream={stream}
            span={{ from: previousVersion, to: version }}
            none={said.noChange}
            go={go}
          />
        ))}
      {shown === 'now' && (
        <Changes stream={stream} span={{ from: version, to: last }} none={said.asNow} go={go} />
      )}
    </Stack>
  )
})

/** Every value can be asked why it is so. What the event changed stands out. */
function State({ stream, moment, go }: Omit<StatePanelProps, 'last'>) {
  const said = words.use().travel
  const [asked, setAsked] = useState<string>()
  const { version, previousVersion, state } = moment
  const span = { from: previousVersion ?? 0, to: version }
  const { value, fresh } = useKept(
    changes,
    previousVersion === null ? undefined : changesKey(stream, span),
    () => loadChanges(stream, span),
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: the question was about another moment
  useEffect(() => setAsked(undefined), [version])
  const ask = useCallback((path: string) => setAsked((before) => (before === path ? undefined : path)), [])
  const changed = fresh ? (value ?? []) : []
  return (
    <JsonTree
      label={said.stateAt(String(version))}
      value={state}
      mark={said.marked}
      isMarked={(path) => changed.some((change) => touches(change.path, path))}
      onValue={ask}
      under={(path) => path === asked && <Why stream={stream} path={path} version={version} go={go} />}
    />
  )
}
