/**
 * Tells when tenants may have changed. There is no feed of tenants: whoever may read the log hears their events, others ask now and then. Calls
 * are spaced, so that a storm of events is one question.
 */
import { useEffect, useRef } from 'react'

import { serverNow } from '../../graphql/clock'
import { useFeed } from '../../graphql/feed'
import { paused } from '../../graphql/pausing'
import { useSpaced } from '../../store/spaced'
import { observeMoves } from '../../store/tasks'
import { useMay } from '../../store/viewer'
import { TenantEvents } from './documents'

/** At most one question in so long. */
const SPACING_MS = 1_500
/** How often those ask who hear nothing. */
const ASKING_MS = 15_000

interface News {
  /** The position that the page's answer is true as of. */
  after: string | undefined
  /** Of one tenant; of all when absent. */
  streamId?: string
}

export function useNews({ after, streamId }: News, again: () => void): void {
  const mayAdminister = useMay('ADMINISTER')
  const spaced = useSpaced(again, SPACING_MS)
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
      when: mayAdminister && begin.current !== undefined,
    },
    ({ eventAppended: { events } }) => {
      if (events.length > 0) spaced()
    },
  )
  useEvery(mayAdminister ? undefined : ASKING_MS, again)
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

/** The counts of tasks change with tasks that are made, that begin or end to try, and that are deleted; not with attempts. */
function useTasksMadeOrGone(run: () => void): void {
  useEffect(() => {
    const since = serverNow()
    return observeMoves((moves, deletedIds) => {
      // One that was never heard of is news if it was made since; else it has been as it is.
      const isNews = moves.some(({ task, before }) => before || Date.parse(task.createdAt) > since)
      if (isNews || deletedIds.length > 0) run()
    })
  }, [run])
}
