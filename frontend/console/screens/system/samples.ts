/** Measurements over time, as charts want them: bounded, on the server's grid, and with holes where nothing was measured. */
import type { Sample } from './documents'

/** How far back, and how long a part is that a mean is taken over. The server keeps two hours by 5 s, and the rest by the minute. */
export const RANGES = {
  '15m': { seconds: 900, width: 5 },
  '1h': { seconds: 3_600, width: 10 },
  '24h': { seconds: 86_400, width: 180 },
  '7d': { seconds: 604_800, width: 1_200 },
} as const

export type Range = keyof typeof RANGES

export const isRange = (text: string | undefined): text is Range => text !== undefined && text in RANGES

/** So many parts are asked for: one more, since the time rarely begins where a part does. */
export const pointsOf = (range: Range) => RANGES[range].seconds / RANGES[range].width + 1

const FIGURES = {
  cpu: (sample: Sample) => sample.cpuPercent,
  memory: (sample: Sample) => sample.memoryUsedBytes,
  disk: (sample: Sample) => sample.diskUsedBytes,
  diskRead: (sample: Sample) => sample.diskReadBytesPerSecond,
  diskWrite: (sample: Sample) => sample.diskWriteBytesPerSecond,
  received: (sample: Sample) => sample.networkRxBytesPerSecond,
  sent: (sample: Sample) => sample.networkTxBytesPerSecond,
  resident: (sample: Sample) => sample.process.residentBytes,
  events: (sample: Sample) => sample.process.eventsPerSecond,
  lag: (sample: Sample) => sample.process.projectionLag,
} satisfies Record<string, (sample: Sample) => number | null>

export type Figure = keyof typeof FIGURES
const NAMES = Object.keys(FIGURES) as Figure[]

/** The mean of a part of the time. */
export interface Point {
  /** Where it begins, in seconds since 1970. */
  at: number
  /** Of how many measurements. */
  weight: number
  figures: Record<Figure, number | null>
}

export function pointOf(sample: Sample, width: number): Point {
  const figures = Object.fromEntries(NAMES.map((name) => [name, FIGURES[name](sample)])) as Point['figures']
  return { at: Math.floor(secondsOf(sample) / width) * width, weight: 1, figures }
}

export const secondsOf = ({ time }: Sample) => new Date(time).getTime() / 1_000

/** With one more measurement, and without what is too old by it. */
export function withOne(points: Point[], sample: Sample, range: Range): Point[] {
  const { seconds, width } = RANGES[range]
  const one = pointOf(sample, width)
  const last = points.at(-1)
  // By the server's clock it cannot be older; if its clock was set back, what is measured now waits until it is not.
  if (last && one.at < last.at) return points
  const kept = points.filter(({ at }) => at >= one.at - seconds)
  return last?.at === one.at ? [...kept.slice(0, -1), meanOf(last, one)] : [...kept, one]
}

/** What was asked for, and what has been measured since. */
export function joined(asked: Point[], live: Point[]): Point[] {
  const last = asked.at(-1)?.at ?? Number.NEGATIVE_INFINITY
  return [...asked, ...live.filter(({ at }) => at > last)]
}

function meanOf(one: Point, other: Point): Point {
  const weight = one.weight + other.weight
  const mean = (name: Figure) => {
    const [left, right] = [one.figures[name], other.figures[name]]
    return left === null || right === null ? right : (left * one.weight + right * other.weight) / weight
  }
  return {
    at: one.at,
    weight,
    figures: Object.fromEntries(NAMES.map((name) => [name, mean(name)])) as Point['figures'],
  }
}

export interface Columns {
  times: number[]
  of: Record<Figure, (number | null)[]>
}

/** Columns over the whole range, whether or not so much was measured. Parts further apart than three have a hole between them. */
export function columnsOf(points: Point[], range: Range): Columns {
  const { seconds, width } = RANGES[range]
  const rows: { at: number; figures: Point['figures'] | undefined }[] = []
  const [first, last] = [points[0], points.at(-1)]
  if (first && last && first.at - (last.at - seconds) > width)
    rows.push({ at: last.at - seconds, figures: undefined })
  for (const point of points) {
    const before = rows.at(-1)
    if (before?.figures && point.at - before.at > 3 * width)
      rows.push({ at: before.at + width, figures: undefined })
    rows.push(point)
  }
  return {
    times: rows.map(({ at }) => at),
    of: Object.fromEntries(
      NAMES.map((name) => [name, rows.map(({ figures }) => figures?.[name] ?? null)]),
    ) as Columns['of'],
  }
}
