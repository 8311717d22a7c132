/** How this browser shows the log: kept, and the same next time. */
import { value } from '../../store/value'

const KEY = 'berth:log-columns'

export const COLUMNS = ['time', 'level', 'category', 'task', 'wrap'] as const

type Column = (typeof COLUMNS)[number]
export type Columns = Record<Column, boolean>

const USUAL: Columns = { time: true, level: true, category: true, task: true, wrap: false }

export const columns = value<Columns>(read())

export function toggleColumn(column: Column): void {
  const next = { ...columns.get(), [column]: !columns.get()[column] }
  localStorage.setItem(KEY, JSON.stringify(next))
  columns.set(next)
}

function read(): Columns {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Columns>
    const known = COLUMNS.filter((column) => typeof kept?.[column] === 'boolean')
    return { ...USUAL, ...Object.fromEntries(known.map((column) => [column, kept[column]])) }
  } catch {
    return USUAL
  }
}
