/**
 * The bars of tasks: asked for those that are in sight, then kept by counting in what their tasks tell. One place for lists, the overview and a
 * task's own page.
 */
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'

import { ask } from '../graphql/asking'
import { serverNow } from '../graphql/clock'
import { graphql } from '../graphql/graphql'
import type { Bucket } from '../ui/heartbeat'
import { type Task, tasks } from './tasks'

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

interface Bar {
  buckets: Bucket[]
  /** The newest attempt that is counted in. */
  through: number
}

const bars = new Map<string, Bar>()
const listeners = new Map<string, Set<() => void>>()
let wanted = new Set<string>()
let isAsking = false

/** Those of a window's worth of rows are kept; others are asked for again when they are seen. */
const KEPT = 400

function set(id: string, bar: Bar): void {
  bars.delete(id)
  bars.set(id, bar)
  const oldest = bars.size > KEPT ? bars.keys().next().value : undefined
  if (oldest) bars.delete(oldest)
  for (const listener of listeners.get(id) ?? []) listener()
}

/** Asks soon, for all that came into sight together. */
function want(id: string): void {
  if (bars.has(id)) return
  wanted.add(id)
  if (isAsking) return
  isAsking = true
  setTimeout(async () => {
    isAsking = false
    const ids = [...wanted].slice(-100)
    wanted = new Set()
    const found = await ask(Bars, { ids, count: COUNT, width: WIDTH }).catch(() => undefined)
    for (const node of found?.nodes ?? []) {
      if (node?.__typename !== 'GrabTask') continue
      const { lastAttempt } = node
      const through = lastAttempt ? (lastAttempt.outcome ? lastAttempt.number : lastAttempt.number - 1) : 0
      set(node.id, { buckets: node.attemptBuckets, through })
    }
  }, 120)
}

tasks.observe((changed) => {
  for (const task of changed) {
    const bar = bars.get(task.id)
    const next = bar && counted(bar, task.lastAttempt, serverNow())
    if (next && next !== bar) set(task.id, next)
  }
})

/** The bar with one attempt more, moved on to now. The same bar when there is nothing new. */
export function counted(bar: Bar, attempt: Task['lastAttempt'], now: number, width = WIDTH): Bar {
  const moved = movedOn(bar.buckets, now, width)
  if (!attempt?.outcome || attempt.number <= bar.through) {
    return moved === bar.buckets ? bar : { ...bar, buckets: moved }
  }
  const { outcome, number, startedAt } = attempt
  const at = new Date(startedAt).getTime()
  const buckets = moved.map((bucket, index) => {
    const begin = new Date(bucket.start).getTime()
    const isIts = at >= begin && (at < begin + width * 1_000 || index === moved.length - 1)
    return isIts ? { ...bucket, outcomes: plusOne(bucket.outcomes, outcome) } : bucket
  })
  return { buckets, through: number }
}

function plusOne(
  outcomes: Bucket['outcomes'],
  outcome: Bucket['outcomes'][number]['outcome'],
): Bucket['outcomes'] {
  const has = outcomes.some((count) => count.outcome === outcome)
  if (!has) return [...outcomes, { outcome, count: 1 }]
  return outcomes.map((count) => (count.outcome === outcome ? { outcome, count: count.count + 1 } : count))
}

/** Drops slices from the front for those that began since. */
export function movedOn(buckets: Bucket[], now: number, width: number): Bucket[] {
  const last = buckets.at(-1)
  if (!last) return buckets
  const begun = Math.floor((now - new Date(last.start).getTime()) / (width * 1_000))
  if (begun <= 0) return buckets
  const first = new Date(last.start).getTime()
  const fresh = Array.from({ length: Math.min(begun, buckets.length) }, (_, index) => ({
    start: new Date(
      first + (begun - Math.min(begun, buckets.length) + index + 1) * width * 1_000,
    ).toISOString(),
    outcomes: [],
  }))
  return [...buckets.slice(fresh.length), ...fresh]
}

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
  useEffect(() => want(id), [id])
  // A task that does not try tells nothing, and its bar moves on all the same.
  const [, setMinute] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setMinute((minute) => minute + 1), WIDTH * 1_000)
    return () => clearInterval(timer)
  }, [])
  return bar ? movedOn(bar.buckets, serverNow(), WIDTH) : NONE
}

const NONE: Bucket[] = []
