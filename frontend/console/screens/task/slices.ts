/** The slices of the bar as time goes on: pure, so that the answer and what comes after it are counted alike. */
import type { AttemptOutcome } from '../../graphql/enums'
import type { Bucket } from '../../ui/heartbeat'

export const SPANS = {
  '1h': { count: 60, width: 60 },
  '24h': { count: 96, width: 900 },
  '30d': { count: 120, width: 21_600 },
  '90d': { count: 90, width: 86_400 },
} as const

export type Span = keyof typeof SPANS

export const spanOf = (said: string | undefined): Span => (said && said in SPANS ? (said as Span) : '1h')

interface Settled {
  startedAt: string
  outcome: AttemptOutcome | null
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
  return [...buckets, ...fresh].slice(-buckets.length)
}

/** With an attempt more. One from before the oldest slice is not shown any more. */
export function counted(buckets: Bucket[], width: number, { startedAt, outcome }: Settled): Bucket[] {
  if (!outcome) return buckets
  const at = Date.parse(startedAt)
  const slices = rolled(buckets, width, at)
  const index = slices.findLastIndex(({ start }) => Date.parse(start) <= at)
  return slices.map((slice, place) =>
    place === index ? { ...slice, outcomes: plus(slice, outcome) } : slice,
  )
}

function plus({ outcomes }: Bucket, outcome: AttemptOutcome): Bucket['outcomes'] {
  if (!outcomes.some((one) => one.outcome === outcome)) return [...outcomes, { outcome, count: 1 }]
  return outcomes.map((one) => (one.outcome === outcome ? { outcome, count: one.count + 1 } : one))
}
