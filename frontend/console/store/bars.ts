/**
 * The bars of tasks in lists: the last half hour, asked for those that are in sight, then kept by counting in what their tasks tell. A task's own
 * page has longer spans, and asks for itself.
 */
import { useCallback, useEffect, useSyncExternalStore } from 'react'

import { ask } from '../graphql/asking'
import { useNow } from '../graphql/clock'
import { graphql } from '../graphql/graphql'
import type { Bucket } from '../ui/heartbeat'
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
const listeners = new Map<string, Set<() => void>>()
let wanted = new Set<string>()
let isAsking = false

/** Those of a window's worth of rows are kept; others are asked for again when they are seen. */
const KEPT = 400

function set(id: string, bar: Slices): void {
  bars.delete(id)
  bars.set(id, bar)
  const oldest = bars.size > KEPT ? bars.keys().next().value : undefined
  if (oldest) bars.delete(oldest)
  for (const listener of listeners.get(id) ?? []) listener()
}

/** Asks soon, for all that came into sight together. */
function want(id: string): void {
  wanted.add(id)
  if (isAsking) return
  isAsking = true
  setTimeout(async () => {
    isAsking = false
    const ids = [...wanted].slice(-100)
    wanted = new Set()
    const found = await ask(Bars, { ids, count: COUNT, width: WIDTH }).catch(() => undefined)
    for (const node of found?.nodes ?? []) {
      if (node?.__typename === 'GrabTask') set(node.id, node)
    }
  }, 120)
}

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
  const subscribe = useCallback(
    (listener: () => void) => {
      const of = listeners.get(id) ?? new Set()
      listeners.set(id, of.add(listener))
      return () => {
        of.delete(listener)
        if (of.size === 0) listeners.delete(id)
      }
    },
    [id],
  )
  const bar = useSyncExternalStore(subscribe, () => bars.get(id))
  useEffect(() => {
    if (!bars.has(id)) want(id)
  }, [id])
  const now = useNow()
  return bar ? rolled(bar.attemptBuckets, WIDTH, now) : NONE
}

const NONE: Bucket[] = []
