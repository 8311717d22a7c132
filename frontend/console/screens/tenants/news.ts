/**
 * Tells when tenants may have changed. There is no feed of tenants: whoever may read the log hears their events, others ask now and then. Calls
 * are spaced, so that a storm of events is one question.
 */
import { useCallback, useEffect, useRef } from 'react'

import { serverNow } from '../../graphql/clock'
import { useFeed } from '../../graphql/feed'
import { paused } from '../../graphql/pausing'
import { tasks } from '../../store/tasks'
import { useValue } from '../../store/value'
import { viewer } from '../../store/viewer'
import { TenantEvents } from './documents'

/** At most one question in so long. */
const SPACING_MS = 1_500
/** How often those ask who hear nothing. */
const ASKING_MS = 15_000

export interface News {
  /** The position that the page's answer is true as of. */
  after: string | undefined
  /** Of one tenant; of all when absent. */
  streamId?: string
}

export function useNews({ after, streamId }: News, again: () => void): void {
  const hears = useValue(viewer)?.scopes.includes('ADMINISTER') ?? false
  const spaced = useSpaced(again)
  // Where the feed begins. The position moves on with every answer, and the feed goes on by itself.
  const begin = useRef<string>(undefined)
  begin.current ??= after
  useFeed(
    TenantEvents,
    {
      variables: {
        after: begin.current,
        filter: streamId ? { streamId: [streamId] } : { type: ['tenant.*'] },
      },
      when: hears && begin.current !== undefined,
    },
    ({ eventAppended: { events } }) => {
      if (events.length > 0) spaced()
    },
  )
  useEvery(hears ? undefined : ASKING_MS, again)
  useTasksMadeOrGone(spaced)
}

/** Asks anew each so many milliseconds, as long as somebody looks. Undefined: never. */
export function useEvery(interval: number | undefined, again: () => void): void {
  useEffect(() => {
    if (interval === undefined) return
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible' && !paused.get()) again()
    }, interval)
    return () => clearInterval(timer)
  }, [interval, again])
}

function useSpaced(run: () => void): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  return useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      run()
    }, SPACING_MS)
  }, [run])
}

/** The counts of tasks change with tasks that are made, that begin or end to try, and that are deleted; not with attempts. */
function useTasksMadeOrGone(run: () => void): void {
  useEffect(() => {
    const since = serverNow()
    const states = new Map<string, string>()
    return tasks.observe((changed, deletedIds) => {
      const moved = changed.filter(({ id, state, createdAt }) => {
        const before = states.get(id)
        states.set(id, state)
        return before ? before !== state : new Date(createdAt).getTime() > since
      })
      for (const id of deletedIds) states.delete(id)
      if (moved.length + deletedIds.length > 0) run()
    })
  }, [run])
}
