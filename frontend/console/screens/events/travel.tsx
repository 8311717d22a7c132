/** Time travel: the strip of a stream's versions, and what the thing was at the one chosen. */
import { Stack } from '@mantine/core'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useCallback, useEffect } from 'react'

import { useFormat } from '../../i18n/format'
import { useKeys } from '../../ui/keys'
import { Empty, Failed, Waiting } from '../../ui/states'
import { EventPanel } from './event-panel'
import classes from './events.module.css'
import { eventAt } from './log-mode'
import { type Standing, useStanding } from './standing'
import { StatePanel } from './state-panel'
import { Steering } from './steering'
import { Streams } from './streams'
import { Strip } from './strip'
import { type History, useHistory } from './versions'
import { words } from './words'

const route = getRouteApi('/events')

export function Travel() {
  const { stream, position } = route.useSearch()
  const chosen = stream && !stream.includes(',') ? stream : undefined
  useStreamOf(chosen ? undefined : position)
  return chosen ? <Journey key={chosen} stream={chosen} /> : <Streams />
}

/** Somebody came with an event in hand: its own stream is meant. */
function useStreamOf(position: string | undefined): void {
  const navigate = useNavigate({ from: '/events' })
  useEffect(() => {
    if (position === undefined) return
    let here = true
    const take = async () => {
      const event = await eventAt(position).catch(() => null)
      if (!here || !event) return
      const stream = event.streamId
      void navigate({ search: (before) => ({ ...before, stream }), replace: true, resetScroll: false })
    }
    void take()
    return () => {
      here = false
    }
  }, [position, navigate])
}

function Journey({ stream }: { stream: string }) {
  const said = words.use().travel
  const history = useHistory(stream)
  const { last, fault, again } = history
  if (fault) return <Failed fault={fault} again={again} />
  if (last === undefined) return <Waiting rows={3} height={80} />
  if (last !== null) return <Moments stream={stream} history={history} last={last} />
  return (
    <Stack gap="md">
      <Empty title={said.noStream} cli={`berth events list --stream ${stream}`} />
      <Streams />
    </Stack>
  )
}

interface MomentsProps {
  stream: string
  history: History
  last: number
}

function Moments({ stream, history, last }: MomentsProps) {
  const standing = useStanding(stream, last)
  const { version, go } = standing
  useTravelKeys(standing)
  const format = useFormat()
  const said = words.use().travel
  const titleOf = (version: number) => {
    if (version === 0) return said.first
    const known = history.known.get(version)
    return [`v${format.count(version)}`, known?.type, known && format.clock(known.time)]
      .filter(Boolean)
      .join(' · ')
  }
  return (
    <Stack gap="md">
      <section className={`card ${classes.travelHead}`} aria-label={said.strip}>
        <Steering stream={stream} standing={standing} last={last} />
        <Strip
          history={history}
          last={last}
          chosen={version}
          choose={(version) => go({ version })}
          titleOf={titleOf}
        />
      </section>
      <What stream={stream} standing={standing} last={last} />
    </Stack>
  )
}

function useTravelKeys({ step, go }: Standing): void {
  const [back, forth] = [() => step(-1), () => step(1)]
  useKeys({
    ArrowLeft: back,
    h: back,
    ArrowRight: forth,
    l: forth,
    Home: () => go({ version: 0 }),
    End: () => go('now'),
  })
}

function What({ stream, standing, last }: { stream: string; standing: Standing; last: number }) {
  const said = words.use().travel
  const { moment, fresh, fault, go } = standing
  const goTo = useCallback((version: number) => go({ version }), [go])
  if (fault) return <Failed fault={fault} />
  if (!moment) return <Waiting rows={6} />
  return (
    <div className={classes.columns} data-travel data-stale={!fresh || undefined}>
      <section className={`card ${classes.travelEvent}`} aria-label={words.now().event} tabIndex={0}>
        {moment.event ? (
          <EventPanel event={moment.event} travels />
        ) : (
          <Empty title={said.first}>{said.before}</Empty>
        )}
      </section>
      <section className="card" aria-label={said.stateAt(String(moment.version))}>
        <StatePanel stream={stream} moment={moment} last={last} go={goTo} />
      </section>
    </div>
  )
}
