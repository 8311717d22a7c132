/** Where in a stream's history one stands: the address says it, keys and clicks change it, and what was there is fetched. */
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'

import type { Fault } from '../../graphql/fault'
import { useLanguage } from '../../i18n/language'
import type { Moment } from './documents'
import { loadMoment, momentKey, moments, prefetch } from './history'
import { useKept } from './kept'
import type { Point } from './query'

const route = getRouteApi('/events')

export interface Standing {
  /** The version one stands at, even where it is still fetched. */
  version: number
  /** The last one that was fetched. */
  moment: Moment | undefined
  fresh: boolean
  fault: Fault | undefined
  /** At the end, and going along with it. */
  isNow: boolean
  go(point: Point | 'now'): void
  step(by: 1 | -1): void
}

export function useStanding(stream: string, last: number): Standing {
  const { position } = route.useSearch()
  useLanguage()
  const [wanted, setWanted] = useState<Point | 'now'>(() => pointAt(position))
  const point = wanted === 'now' ? { version: last } : wanted
  const { value, fresh, fault } = useKept(moments, momentKey(stream, point), () => loadMoment(stream, point))
  const moment = value ?? undefined
  const version = point.version ?? moment?.version ?? last
  useAddress(wanted, fresh ? moment?.position : undefined, setWanted)

  useEffect(() => {
    if (!moment || !fresh) return
    // Who runs through them sees each; who stops may go on to either side.
    const timer = setTimeout(() => prefetch(stream, moment), 60)
    return () => clearTimeout(timer)
  }, [stream, moment, fresh])

  const step = (by: 1 | -1) => {
    const next = fresh && moment ? neighbour(moment, by, last) : within(version + by, last)
    if (next !== null) setWanted({ version: next })
  }
  return { version, moment, fresh, fault, isNow: wanted === 'now', go: setWanted, step }
}

const pointAt = (position: string | undefined): Point | 'now' =>
  position === undefined ? 'now' : { position }

/** The server passes over what was released from the books. Events that came since then it did not know of. */
function neighbour({ version, previousVersion, nextVersion }: Moment, by: 1 | -1, last: number) {
  if (by < 0) return previousVersion
  return nextVersion ?? within(version + 1, last)
}

const within = (version: number, last: number) => (version < 0 || version > last ? null : version)

/** The address follows where one stands, once one stands still; and one goes where the address leads. */
function useAddress(
  wanted: Point | 'now',
  arrived: string | undefined,
  setWanted: (point: Point | 'now') => void,
): void {
  const { position } = route.useSearch()
  const navigate = useNavigate({ from: '/events' })
  const said = useRef(position)
  useEffect(() => {
    if (position === said.current) return
    said.current = position
    setWanted(pointAt(position))
  }, [position, setWanted])

  const stands = wanted === 'now' ? undefined : arrived
  const known = wanted === 'now' || arrived !== undefined
  useEffect(() => {
    if (!known || stands === said.current) return
    const timer = setTimeout(() => {
      said.current = stands
      void navigate({
        search: (before) => ({ ...before, position: stands }),
        replace: true,
        resetScroll: false,
      })
    }, 150)
    return () => clearTimeout(timer)
  }, [known, stands, navigate])
}
