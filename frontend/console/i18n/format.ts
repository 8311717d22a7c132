/** Numbers, sizes and times as the reader's language writes them. Plain functions; `useFormat` binds them to the language. */
import type { Language } from '../../common/language'
import { two } from './clock'
import { useLanguage } from './language'

export function formats(language: Language) {
  const count = new Intl.NumberFormat(language)
  const one = new Intl.NumberFormat(language, { maximumFractionDigits: 1 })
  const share = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 })
  const clock = new Intl.DateTimeFormat(language, { timeStyle: 'medium', hourCycle: 'h23' })
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium' })
  const exact = new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'long',
    hourCycle: 'h23',
  })
  const utc = new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'long',
    hourCycle: 'h23',
    timeZone: 'UTC',
  })
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' })
  return {
    /** 16,015: never rounded to thousands. */
    count: (number: number) => count.format(number),
    /** At most one decimal. */
    number: (number: number) => one.format(number),
    /** Of a share between 0 and 1. */
    percent: (number: number) => share.format(number),
    clock: (time: string | number) => clock.format(new Date(time)),
    day: (time: string | number) => day.format(new Date(time)),
    /** Local and UTC, for a title. */
    exact: (time: string | number) => `${exact.format(new Date(time))} · ${utc.format(new Date(time))}`,
    /** `3 min ago`, `in 2 h`. */
    relative(time: string | number, now: number) {
      const seconds = Math.round((new Date(time).getTime() - now) / 1_000)
      const [unit, size] = unitOf(Math.abs(seconds))
      return relative.format(Math.trunc(seconds / size), unit)
    },
    bytes,
    duration,
    milliseconds: (ms: number) => (ms < 1_000 ? `${ms} ms` : `${one.format(ms / 1_000)} s`),
  }
}

export type Formats = ReturnType<typeof formats>

/** Made once for each language: the browser takes its time over each of them, and a list asks in every row. */
const made = new Map<Language, Formats>()

export function useFormat(): Formats {
  const language = useLanguage()
  const known = made.get(language) ?? formats(language)
  made.set(language, known)
  return known
}

function unitOf(seconds: number): [Intl.RelativeTimeFormatUnit, number] {
  if (seconds < 60) return ['second', 1]
  if (seconds < 3_600) return ['minute', 60]
  if (seconds < 86_400) return ['hour', 3_600]
  return ['day', 86_400]
}

/** The two largest units: `3 d 04 h`, `2 h 08 m`, `41 s`. Units are written alike in both languages. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const [days, hours] = [Math.floor(whole / 86_400), Math.floor(whole / 3_600) % 24]
  const [minutes, rest] = [Math.floor(whole / 60) % 60, whole % 60]
  if (days > 0) return `${days} d ${two(hours)} h`
  if (hours > 0) return `${hours} h ${two(minutes)} m`
  if (minutes > 0) return `${minutes} m ${two(rest)} s`
  return `${rest} s`
}

/** In powers of 1024, three digits at most: `38 MB`. */
function bytes(number: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB']
  let [size, unit] = [number, 0]
  while (size >= 1_000 && unit < units.length - 1) {
    size /= 1_024
    unit += 1
  }
  return `${size < 10 && unit > 0 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`
}
