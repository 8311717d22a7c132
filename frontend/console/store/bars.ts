/**
 * The bars of tasks in lists: the last half hour, asked for those that are in sight, then kept by counting in what their tasks tell. A task's own
 * page has longer spans, and asks for itself.
 */
import { useEffect } from 'react'

import { ask } from '../graphql/asking'
import { useNow } from '../graphql/clock'
import { graphql } from '../graphql/graphql'
import type { Bucket } from '../ui/heartbeat'
import { listenersById, useById } from './listeners'
import { counted, isSettledAnew, rolled, type Slices } from './slices'
import { tasks } from './tasks'

const COUNT = 30
const WIDTH = 60

const Bars = graphql(`
  query Bars($ids: [ID!]!, $count: Int!, $width: Seconds!) {
    nodes(ids: $ids) {
      ... on GrabTask {
        __typename
        id
        lastAttempt { number outcome }
        attemptBuckets(count: $count, width: $width) { start outcomes { outcome count } }
      }
    }
  }
`)

const bars = new Map<string, Slices>()
const listeners = listenersById()
let wanted = new Set<string>()
let wantedSince: number | undefined
let timer: ReturnType<typeof setTimeout> | undefined
let isAsking = false

/** As many as one question may name. */
const AT_ONCE = 100
/** After nothing more came into sight for so long: nobody reads bars that fly past, and frames are dropped for them. */
const CALM_MS = 120
/** Who never stops is shown some all the same. */
const AT_LATEST_MS = 1_000
const LATER_MS = 3_000

/** Those of a window's worth of rows are kept; others are asked for again when they are seen. */
const KEPT = 400

function set(id: string, bar: Slices): void {
  bars.delete(id)
  bars.set(id, bar)
  const oldest = bars.size > KEPT ? bars.keys().next().value : undefined
  if (oldest) bars.delete(oldest)
  listeners.tell(id)
}

/** Asks soon, for all that came into sight together. What is out of sight by then is not asked for. */
function want(id: string): void {
  wanted.add(id)
  if (isAsking) return
  const now = performance.now()
  wantedSince ??= now
  clearTimeout(timer)
  timer = setTimeout(askForWanted, Math.min(CALM_MS, Math.max(0, wantedSince + AT_LATEST_MS - now)))
}

async function askForWanted(): Promise<void> {
  wantedSince = undefined
  const inSight = [...wanted].filter((id) => listeners.has(id))
  const ids = inSight.slice(-AT_ONCE)
  wanted = new Set(inSight.slice(0, -AT_ONCE))
  isAsking = ids.length > 0
  const nodes = isAsking ? await barsOf(ids) : []
  isAsking = false
  for (const node of nodes ?? []) {
    if (node?.__typename === 'GrabTask') set(node.id, node)
  }
  // The server did not answer: once again, later. There are more: soon.
  if (!nodes) setTimeout(() => ids.forEach(want), LATER_MS)
  for (const id of wanted) want(id)
}

/** Null when the server did not answer. */
const barsOf = (ids: string[]) =>
  ask(Bars, { ids, count: COUNT, width: WIDTH }).then(
    ({ nodes }) => nodes,
    () => null,
  )

tasks.observe((changed) => {
  for (const { id, lastAttempt } of changed) {
    const bar = bars.get(id)
    if (!bar || !lastAttempt) continue
    if (isSettledAnew(bar, lastAttempt)) want(id)
    const next = counted(bar, WIDTH, lastAttempt)
    if (next !== bar) set(id, next)
  }
})

/** The last half hour of a task, a minute a slice. Empty until it was asked. */
export function useBar(id: string): Bucket[] {
  const bar = useById(listeners, id, (id) => bars.get(id))
  useEffect(() => {
    if (!bars.has(id)) want(id)
  }, [id])
  const now = useNow()
  return bar ? rolled(bar.attemptBuckets, WIDTH, now) : NONE
}

const NONE: Bucket[] = []
