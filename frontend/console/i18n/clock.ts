/** Clocks, zones and days of the week. Written alike in both languages: what depends on the language is in `format.ts`. */
import type { Weekday } from '../graphql/enums'

export const WEEKDAYS: readonly Weekday[] = [
  'MONDAY',
  'TUESDAY',
  'WEDNESDAY',
  'THURSDAY',
  'FRIDAY',
  'SATURDAY',
  'SUNDAY',
]

export const DAY_MINUTES = 1_440

/** `07`. */
export const two = (number: number) => String(number).padStart(2, '0')

/** Minutes after midnight as `HH:MM`. The end of a day is `24:00`. */
export const clockOf = (minutes: number) => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`

/** Of `HH:MM`. What is none becomes a minute that the server refuses. */
export function minuteOf(clock: string): number {
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})/.exec(clock) ?? []
  return hours === undefined ? -1 : Number(hours) * 60 + Number(minutes)
}

/** How many minutes the clock of the browser is ahead of UTC. */
export const offsetHere = () => -new Date().getTimezoneOffset()

/** For people: `UTC+8`, `UTC−3:30`. */
export function zoneOf(minutes: number): string {
  if (minutes === 0) return 'UTC'
  const [hours, rest] = hoursAndRest(minutes)
  return `UTC${minutes < 0 ? '−' : '+'}${hours}${rest ? `:${two(rest)}` : ''}`
}

/** For the command line: `+08:00`. */
export function offsetText(minutes: number): string {
  const [hours, rest] = hoursAndRest(minutes)
  return `${minutes < 0 ? '-' : '+'}${two(hours)}:${two(rest)}`
}

const hoursAndRest = (minutes: number): [hours: number, rest: number] => [
  Math.floor(Math.abs(minutes) / 60),
  Math.abs(minutes) % 60,
]

/** A moment as a field of `datetime-local` holds it, on the clock of the browser. */
export function toLocal(moment: string | number): string {
  const at = new Date(moment)
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
}

/** The moment that such a field names. Undefined while it names none. */
export function momentOf(local: string | undefined): string | undefined {
  const at = Date.parse(local ?? '')
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}
