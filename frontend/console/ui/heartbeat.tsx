import type { AttemptOutcome } from '../graphql/enums'
import { enums } from '../i18n/enums'
import { useFormat } from '../i18n/format'
import classes from './heartbeat.module.css'
import { type Tone, toneOfOutcome } from './tone'
import { words } from './words'

export interface Bucket {
  start: string
  outcomes: { outcome: AttemptOutcome; count: number }[]
}

/** Worst first: one fault in a slice of a thousand misses is seen. */
const WEIGHT: Tone[] = ['got', 'fault', 'throttled', 'miss']

/**
 * The newest attempts in slices of time, oldest first. Height is how many, colour and pattern how they ended. The newest cell fills as the
 * countdown runs: `filling` is its share.
 */
export function Heartbeat({
  buckets,
  filling,
  tall = false,
}: {
  buckets: Bucket[]
  filling?: number
  tall?: boolean
}) {
  const format = useFormat()
  const { bar, attempts } = words.use()
  const { outcome: outcomes } = enums.use()
  const totals = buckets.map(({ outcomes }) => outcomes.reduce((sum, { count }) => sum + count, 0))
  const most = Math.max(1, ...totals)
  const all = totals.reduce((sum, count) => sum + count, 0)
  return (
    <div
      className={classes.bar}
      data-tall={tall || undefined}
      role="img"
      aria-label={`${bar}: ${attempts(all)}`}
    >
      {buckets.map((bucket, index) => {
        const total = totals[index] ?? 0
        const said = bucket.outcomes.map(
          ({ outcome, count }) => `${outcomes[outcome]} ${format.count(count)}`,
        )
        return (
          <span
            key={bucket.start}
            className={classes.cell}
            data-tone={toneOf(bucket)}
            data-newest={index === buckets.length - 1 || undefined}
            title={`${format.clock(bucket.start)}${said.length > 0 ? ` · ${said.join(' · ')}` : ''}`}
            style={
              {
                '--height': total === 0 ? 0.08 : 0.25 + 0.75 * (total / most),
                '--filling': index === buckets.length - 1 ? (filling ?? 0) : 0,
              } as never
            }
          />
        )
      })}
    </div>
  )
}

function toneOf({ outcomes }: Bucket): Tone | 'none' {
  const tones = outcomes.filter(({ count }) => count > 0).map(({ outcome }) => toneOfOutcome(outcome))
  return WEIGHT.find((tone) => tones.includes(tone)) ?? 'none'
}
