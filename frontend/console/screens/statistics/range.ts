/** The span that the address names, as the server is asked for it. Pure. */
import { momentOf, offsetHere } from '../../i18n/clock'
import type { StatisticsSearch } from '../search'

export const RANGES = ['24h', '7d', '30d', 'custom'] as const

type Range = (typeof RANGES)[number]

const HOUR = 3_600
const DAYS: Partial<Record<Range, number>> = { '24h': 1, '7d': 7, '30d': 30 }
/** More bars than this are not told apart on a phone. */
const MOST_BARS = 32
const WIDTHS = [1, 2, 3, 6, 12, 24].map((hours) => hours * HOUR)

export const rangeOf = ({ range }: StatisticsSearch): Range =>
  RANGES.find((known) => known === range) ?? '24h'

interface Span {
  from?: string
  to?: string
}

/** Without an end it goes along with the time. */
export function spanOf(search: StatisticsSearch, now: number): Span {
  const range = rangeOf(search)
  if (range === 'custom') {
    const [from, to] = [momentOf(search.from), momentOf(search.to)]
    return { ...(from && { from }), ...(to && { to }) }
  }
  // A day is what the server tells when it is asked for nothing, and it moves on by itself.
  const days = DAYS[range] ?? 1
  return days === 1 ? {} : { from: new Date(now - days * 24 * HOUR * 1_000).toISOString() }
}

/** Wide enough that the bars are few, narrow enough that they say something. */
export function widthOf({ from, to }: Span, now: number): number {
  const end = to ? Date.parse(to) : now
  const seconds = from ? (end - Date.parse(from)) / 1_000 : 24 * HOUR
  return WIDTHS.find((width) => seconds / width <= MOST_BARS) ?? 24 * HOUR
}

/** The hour of the day or week, here, of one in UTC. Places that are half an hour off go with the hour that holds more of it. */
export function localHour(hour: number, hoursInAll: number, offsetMinutes = offsetHere()): number {
  const shifted = hour + Math.round(offsetMinutes / 60)
  return ((shifted % hoursInAll) + hoursInAll) % hoursInAll
}
