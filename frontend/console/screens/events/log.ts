/** The list of the log, newest first, however long one reads: what is kept of it, and what waits above it. */
import type { Line } from './documents'

export interface Log {
  /** Newest first. */
  rows: Line[]
  /** Newer ones that came while somebody was reading further down; newest first. */
  held: Line[]
  /** How many were not even held. Then the list begins anew when one goes to its top. */
  passed: number
  /** From here one reads on backwards. Null: this is the beginning of the log. */
  older: string | null
}

export interface Page {
  nodes: Line[]
  pageInfo: { startCursor: string | null; hasPreviousPage: boolean }
}

/** So many rows are kept, and so many wait. */
export const KEPT = 5_000
export const HELD = 500

export const begin = (page: Page): Log => ({
  rows: page.nodes.toReversed(),
  held: [],
  passed: 0,
  older: cursorOf(page),
})

function cursorOf({ nodes, pageInfo }: Page): string | null {
  return pageInfo.hasPreviousPage ? (pageInfo.startCursor ?? nodes[0]?.position ?? null) : null
}

/** Older ones at the end. What is too much then goes from the top, which is far away. */
export function withOlder(log: Log, page: Page): Log {
  const all = [...log.rows, ...page.nodes.toReversed()]
  const over = Math.max(0, all.length - KEPT)
  const passed = over > 0 ? log.passed + over + log.held.length : log.passed
  return { rows: all.slice(over), held: over > 0 ? [] : log.held, passed, older: cursorOf(page) }
}

/** New ones: at once where the top is looked at, else they wait. */
export function withNewer(log: Log, events: readonly Line[], atTop: boolean): Log {
  const newest = log.held[0] ?? log.rows[0]
  const newer = events
    .filter(({ position }) => !newest || BigInt(position) > BigInt(newest.position))
    .toReversed()
  if (newer.length === 0) return log
  if (log.passed > 0) return { ...log, passed: log.passed + newer.length }
  const held = [...newer, ...log.held]
  if (atTop) return shown({ ...log, held })
  return held.length > HELD ? { ...log, held: [], passed: held.length } : { ...log, held }
}

/** What waited, shown. */
export function shown(log: Log): Log {
  if (log.held.length === 0) return log
  const all = [...log.held, ...log.rows]
  const rows = all.slice(0, KEPT)
  const older = rows.length < all.length ? (rows.at(-1)?.position ?? log.older) : log.older
  return { ...log, rows, held: [], older }
}

export const waitingIn = ({ held, passed }: Log) => held.length + passed
