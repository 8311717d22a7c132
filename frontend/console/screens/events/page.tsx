/** The log of events, and travelling in it. */
import { SegmentedControl, Text } from '@mantine/core'
import { getRouteApi, useNavigate } from '@tanstack/react-router'

import { useFormat } from '../../i18n/format'
import { useValue } from '../../store/value'
import { useMay, viewer } from '../../store/viewer'
import type { BehindProps } from '../../ui/behind'
import { Page } from '../../ui/page'
import { Empty } from '../../ui/states'
import type { EventsSearch } from '../search'
import { LogPage, StreamMoment } from './documents'
import { Download } from './download'
import { type LogHead, useHead } from './head'
import { LogMode } from './log-mode'
import { type Asked, commandOf, filterOf } from './query'
import { SearchBox } from './search-box'
import { Travel } from './travel'
import { Verify } from './verify'
import { words } from './words'

const route = getRouteApi('/events')

export function Events() {
  const said = words.use()
  const who = useValue(viewer)
  const mayAdminister = useMay('ADMINISTER')
  const head = useHead(mayAdminister)
  if (mayAdminister) return <Explorer head={head} />
  return <Page title={said.title}>{who && <Empty title={said.notYours}>{said.notYoursText}</Empty>}</Page>
}

function Explorer({ head }: { head: LogHead }) {
  const said = words.use()
  const search = route.useSearch()
  const navigate = useNavigate({ from: '/events' })
  const travels = search.mode === 'travel'
  const go = (how: (before: EventsSearch) => EventsSearch) =>
    void navigate({ search: how, resetScroll: false })
  const narrow = (asked: Asked) =>
    // Another stream is another history: where one stood in this one means nothing there.
    go(({ mode, show, position }) => ({ ...asked, mode, show, position: travels ? undefined : position }))
  return (
    <Page
      title={said.title}
      beside={<HeadMark head={head} />}
      behind={behind(search)}
      actions={
        <>
          <SegmentedControl
            aria-label={said.mode}
            value={travels ? 'travel' : 'log'}
            data={(['log', 'travel'] as const).map((value) => ({ value, label: said.modes[value] }))}
            onChange={(mode) =>
              go((before) => ({ ...before, mode: mode === 'travel' ? mode : undefined, show: undefined }))
            }
          />
          <Verify />
          <Download head={head} />
        </>
      }
    >
      <SearchBox
        key={travels ? 'travel' : 'log'}
        asked={search}
        change={narrow}
        go={(position) => go((before) => ({ ...before, position }))}
        quick={!travels}
      />
      {travels ? <Travel /> : <LogMode head={head.position} />}
    </Page>
  )
}

function HeadMark({ head }: { head: LogHead }) {
  const said = words.use()
  const format = useFormat()
  const position = useValue(head.position)
  if (position === undefined) return null
  return (
    <Text size="sm" c="dimmed" className="figures">
      {said.head(format.count(Number(position)))}
    </Text>
  )
}

function behind(search: EventsSearch): BehindProps {
  const { stream, position, mode } = search
  if (mode !== 'travel' || !stream)
    return {
      cli: commandOf(search),
      document: LogPage,
      variables: { last: 100, filter: filterOf(search) },
    }
  return {
    cli: `berth events replay ${stream}${position ? ` --to ${position}` : ''}`,
    document: StreamMoment,
    variables: { streamId: stream, ...(position && { point: { position } }) },
  }
}
