/** Numbers of alerts, as the unit of their rule is written. */
import { duration, useFormat } from '../../i18n/format'
import type { Rule } from './documents'
import { words } from './words'

export type Unit = Rule['unit']

/** A span of time that somebody chose: `5 min` rather than `5 m 00 s`. */
export function span(seconds: number): string {
  if (seconds >= 3_600 && seconds % 3_600 === 0) return `${seconds / 3_600} h`
  if (seconds >= 60 && seconds % 60 === 0) return `${seconds / 60} min`
  return seconds < 60 ? `${seconds} s` : duration(seconds)
}

export function useFigure(): (value: number, unit: Unit | null) => string {
  const format = useFormat()
  const said = words.use()
  return (value, unit) => {
    switch (unit) {
      case 'PERCENT':
        return format.percent(value / 100)
      case 'SECONDS':
        return value < 60 ? `${format.number(value)} s` : span(value)
      case 'EVENTS':
      case 'INSTANCES':
      case 'TASKS':
        return said.counted[unit](value)
      case null:
        return format.number(value)
    }
  }
}
