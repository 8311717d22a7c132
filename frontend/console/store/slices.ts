/** The slices of a task's bar as time goes on: pure, so that the answer and what comes after it are counted alike. */
import type { AttemptOutcome } from '../graphql/enums'
import type { Bucket } from '../ui/heartbeat'

/** As the server says them: the slices, oldest first, and the newest attempt that it knew then. */
export interface Slices {
  attemptBuckets: Bucket[]
  lastAttempt: Numbered | null
}

interface Numbered {
  number: number
  outcome: AttemptOutcome | null
}

interface Attempt extends Numbered {
  startedAt: string
}

/** The newest attempt that is counted in. A task makes one after another, so their numbers tell. */
function through({ lastAttempt }: Slices): number {
  if (!lastAttempt) return 0
  return lastAttempt.outcome ? lastAttempt.number : lastAttempt.number - 1
}

/** Whether one that is counted in ended otherwise than it was counted: it was in doubt, and now is known. */
export function isSettledAnew(slices: Slices, { number, outcome }: Numbered): boolean {
  if (!outcome || number > through(slices)) return false
  return number !== slices.lastAttempt?.number || outcome !== slices.lastAttempt.outcome
}

/** With an attempt more, unless it is counted in or still out. One from before the oldest slice is not shown any more. */
export function counted(slices: Slices, width: number, { number, outcome, startedAt }: Attempt): Slices {
  if (!outcome || number <= through(slices)) return slices
  const at = Date.parse(startedAt)
  const buckets = rolled(slices.attemptBuckets, width, at)
  const its = buckets.findLastIndex(({ start }) => Date.parse(start) <= at)
  const attemptBuckets = buckets.map((bucket, index) => (index === its ? plusOne(bucket, outcome) : bucket))
  return { attemptBuckets, lastAttempt: { number, outcome } }
}

function plusOne({ start, outcomes }: Bucket, outcome: AttemptOutcome): Bucket {
  const has = outcomes.some((one) => one.outcome === outcome)
  if (!has) return { start, outcomes: [...outcomes, { outcome, count: 1 }] }
  return {
    start,
    outcomes: outcomes.map((one) => (one.outcome === outcome ? { outcome, count: one.count + 1 } : one)),
  }
}

/** As many slices as before, the newest of which holds `now`. `width` is in seconds. */
export function rolled(buckets: Bucket[], width: number, now: number): Bucket[] {
  const newest = buckets.at(-1)
  if (!newest) return buckets
  const begun = Date.parse(newest.start)
  const passed = Math.floor((now - begun) / (width * 1_000))
  if (passed <= 0) return buckets
  const kept = Math.min(passed, buckets.length)
  const fresh = Array.from({ length: kept }, (_, index) => ({
    start: new Date(begun + (passed - kept + index + 1) * width * 1_000).toISOString(),
    outcomes: [],
  }))
  return [...buckets.slice(kept), ...fresh]
}
