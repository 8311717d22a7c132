/** What the address says, as a question to the log and as a command. */

import type { LogCategory, LogLevel } from '../../graphql/enums'
import { quoted } from '../../ui/command-line'
import type { LogsSearch } from '../search'
import type { Filter } from './documents'

export const LEVELS: LogLevel[] = ['DEBUG', 'INFO', 'WARN', 'ERROR']
export const CATEGORIES: LogCategory[] = ['GRAB', 'OPERATION', 'SYSTEM', 'AUDIT']
export const SPANS = ['10m', '1h', '24h', '7d', '30d']

/** Every attempt begins with a line for developers, between two that are equal: without them misses fold. */
const USUAL_LEVEL: LogLevel = 'INFO'

export function levelOf({ level }: LogsSearch): LogLevel {
  return LEVELS.find((known) => known === level?.toUpperCase()) ?? USUAL_LEVEL
}

export const isUsual = (level: LogLevel) => level === USUAL_LEVEL

export function categoriesOf({ category }: LogsSearch): LogCategory[] {
  const wanted = category?.toUpperCase().split(',') ?? []
  return CATEGORIES.filter((known) => wanted.includes(known))
}

const SECONDS: Record<string, number> = { m: 60, h: 3_600, d: 86_400 }

/** Seconds of `10m`, `2h`, `3d`. Undefined: it says none. */
function secondsOf(span: string | undefined): number | undefined {
  const [, number, unit] = /^(\d{1,4})([mhd])$/.exec(span ?? '') ?? []
  return number && unit ? Number(number) * (SECONDS[unit] ?? 0) : undefined
}

export function filterOf(search: LogsSearch, now: number): Filter {
  const { task, tenant, q } = search
  const seconds = secondsOf(search.since)
  const categories = categoriesOf(search)
  return {
    minLevel: levelOf(search),
    ...(categories.length > 0 && { category: categories }),
    ...(task && { taskId: task.split(',') }),
    ...(tenant && { tenantId: tenant.split(',') }),
    ...(q?.trim() && { search: q.trim() }),
    ...(seconds && { time: { from: new Date(now - seconds * 1_000).toISOString() } }),
    fold: search.fold !== 'no',
  }
}

/** The command knows neither categories nor tenants. */
export function commandOf(search: LogsSearch): string {
  const { task, since, q } = search
  const said = [
    ['--level', levelOf(search).toLowerCase()],
    ['--task', task],
    ['--since', secondsOf(since) && since],
    ['--grep', q?.trim()],
  ].flatMap(([option, value]) => (value ? [`${option} ${quoted(String(value))}`] : []))
  return ['berth logs -f', ...said].join(' ')
}
