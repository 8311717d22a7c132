import classes from './overview.module.css'

interface SparklineProps {
  label: string
  /** Seconds since 1970, and what was measured then. */
  points: [at: number, value: number | null][]
  /** How many seconds it shows, and how far two measurements are apart. */
  span: { seconds: number; width: number }
  /** Where the top is. Absent: a little over the highest. */
  most?: number
}

const [WIDE, HIGH] = [120, 24]

/** A line as high as a word. Where nothing was measured there is no line. */
export function Sparkline({ label, points, span, most }: SparklineProps) {
  const end = points.at(-1)?.[0] ?? 0
  const top = most || Math.max(1, ...points.map(([, value]) => value ?? 0)) * 1.2
  const place = ([at, value]: [number, number]): string => {
    const x = WIDE * (1 - (end - at) / span.seconds)
    return `${x.toFixed(1)} ${(HIGH - 1 - (HIGH - 2) * Math.min(1, value / top)).toFixed(1)}`
  }
  const runs = runsOf(points, 3 * span.width)
  return (
    <svg
      className={classes.spark}
      viewBox={`0 0 ${WIDE} ${HIGH}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {runs.map((run) => (
        <polyline key={run[0]?.[0]} points={run.map(place).join(' ')} vectorEffect="non-scaling-stroke" />
      ))}
    </svg>
  )
}

/** Measurements without a hole between them. */
function runsOf(points: SparklineProps['points'], hole: number): [number, number][][] {
  const runs: [number, number][][] = []
  let before = Number.NEGATIVE_INFINITY
  for (const [at, value] of points) {
    if (value === null) continue
    if (at - before > hole) runs.push([])
    runs.at(-1)?.push([at, value])
    before = at
  }
  return runs
}
