import { memo, useMemo } from 'react'

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

interface HeartbeatProps {
  buckets: Bucket[]
  /** How much of the newest cell is full: it fills as the countdown runs. */
  filling?: number
  /** A cell each, which say what they are on hover. Lists draw one picture, because they have thousands. */
  tall?: boolean
}

/** The newest attempts in slices of time, oldest first. Height is how many, colour and shape how they ended. */
export function Heartbeat({ buckets, filling = 0, tall = false }: HeartbeatProps) {
  const { bar, attempts } = words.use()
  const { cells, sum } = useMemo(() => drawn(buckets), [buckets])
  const label = `${bar}: ${attempts(sum)}`
  return tall ? (
    <Cells cells={cells} filling={filling} label={label} />
  ) : (
    <Picture cells={cells} filling={filling} label={label} />
  )
}

interface Cell {
  bucket: Bucket
  tone: Tone | 'none'
  height: number
}

function drawn(buckets: Bucket[]): { cells: Cell[]; sum: number } {
  const totals = buckets.map(({ outcomes }) => outcomes.reduce((sum, { count }) => sum + count, 0))
  const most = Math.max(1, ...totals)
  const cells = buckets.map((bucket, index) => {
    const total = totals[index] ?? 0
    return { bucket, tone: toneOf(bucket), height: total === 0 ? 0.08 : 0.25 + 0.75 * (total / most) }
  })
  return { cells, sum: totals.reduce((sum, count) => sum + count, 0) }
}

interface Drawn {
  cells: Cell[]
  filling: number
  label: string
}

function Cells({ cells, filling, label }: Drawn) {
  const format = useFormat()
  const { outcome: outcomes } = enums.use()
  return (
    <div className={classes.bar} role="img" aria-label={label}>
      {cells.map(({ bucket, tone, height }, index) => {
        const isNewest = index === cells.length - 1
        const said = bucket.outcomes.map(
          ({ outcome, count }) => `${outcomes[outcome]} ${format.count(count)}`,
        )
        return (
          <span
            key={bucket.start}
            className={classes.cell}
            data-tone={tone}
            data-newest={isNewest || undefined}
            title={[format.clock(bucket.start), ...said].join(' · ')}
            style={{ '--height': height, '--filling': isNewest ? filling : 0 } as never}
          />
        )
      })}
    </div>
  )
}

/** Of a cell, in the units of the picture. */
const [WIDE, GAP, HIGH] = [4, 1, 24]

function Picture({ cells, filling, label }: Drawn) {
  const wide = cells.length * (WIDE + GAP) - GAP
  const newest = cells.at(-1)
  return (
    <svg
      className={classes.picture}
      viewBox={`0 0 ${wide} ${HIGH}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <Tones cells={cells} />
      {newest && <path data-tone="filling" d={block(cells.length - 1, newest.height * HIGH * filling)} />}
    </svg>
  )
}

const TONES = ['none', 'miss', 'throttled', 'fault', 'got'] as const

/** Drawn anew when an attempt is counted, and not each second. */
const Tones = memo(function Tones({ cells }: { cells: Cell[] }) {
  const outlines = (wanted: Cell['tone']) =>
    cells.map((cell, index) => (cell.tone === wanted ? outline(cell, index) : '')).join('')
  return TONES.map((tone) => ({ tone, d: outlines(tone) }))
    .filter(({ d }) => d !== '')
    .map(({ tone, d }) => <path key={tone} data-tone={tone} d={d} />)
})

const block = (index: number, height: number) =>
  `M${index * (WIDE + GAP)} ${HIGH}v${-height}h${WIDE}v${height}z`

/** Throttled has a slit, a fault a slanted top: colour is never alone. */
function outline({ tone, height }: Cell, index: number): string {
  const [left, high] = [index * (WIDE + GAP), height * HIGH]
  if (tone === 'throttled') {
    const half = high / 2
    return `${block(index, half - 1)}M${left} ${HIGH - half - 1}v${1 - half}h${WIDE}v${half - 1}z`
  }
  if (tone === 'fault') return `M${left} ${HIGH}v${-high}l${WIDE} ${Math.min(WIDE, high)}V${HIGH}z`
  return block(index, high)
}

function toneOf({ outcomes }: Bucket): Tone | 'none' {
  const tones = outcomes.filter(({ count }) => count > 0).map(({ outcome }) => toneOfOutcome(outcome))
  return WEIGHT.find((tone) => tones.includes(tone)) ?? 'none'
}
