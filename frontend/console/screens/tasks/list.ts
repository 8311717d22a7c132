/** The rows of the list: pages as one scrolls, new tasks at the top, deleted ones gone. Only ids: each row listens to its own task. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'

import { ask } from '../../graphql/asking'
import { serverNow } from '../../graphql/clock'
import type { Fault } from '../../graphql/fault'
import { useLanguage } from '../../i18n/language'
import { type Task, tasks } from '../../store/tasks'
import { TaskPage } from './documents'
import { type Filter, fits, type OrderBy } from './filter'

/** Made so shortly before the list was asked for, a task may be missing in it. */
const NEW_MS = 60_000
const FIRST = 50
const PAGE = 100

export interface TaskList {
  ids: string[]
  /** Of the filter, when it was asked. */
  total: number
  /** Made since, and not shown because the reader is further down. */
  newer: number
  fault: Fault | undefined
  /** The first page is not there yet. */
  waiting: boolean
  more(): void
  showNewer(): void
  again(): void
}

interface Rows {
  ids: string[]
  total: number
  end: string | null
  newer: string[]
}

const NOTHING: Rows = { ids: [], total: 0, end: null, newer: [] }

type Change = (how: (have: Rows) => Rows) => void

/** `isAtTop` is asked when a new task arrives: whoever reads further down is not moved. */
export function useTaskList(filter: Filter, orderBy: OrderBy, isAtTop: () => boolean): TaskList {
  const [rows, change] = useState(NOTHING)
  const [round, setRound] = useState(0)
  const language = useLanguage()
  const key = JSON.stringify([filter, orderBy, language])
  const { load, fault, waiting } = usePages(key, { filter, orderBy }, change, round)
  useNewcomers(key, rows, filter, change, isAtTop)
  const more = useCallback(() => {
    if (rows.end) load(rows.end)
  }, [rows.end, load])
  const showNewer = useCallback(() => change((have) => updated(have, have.newer, [], true)), [])
  const again = useCallback(() => setRound((round) => round + 1), [])
  const { ids, total, newer } = rows
  return { ids, total, newer: newer.length, fault, waiting, more, showNewer, again }
}

/** Asks for the first page whenever the question changes, or the reader says so, and for a further one when it is told to. */
function usePages(
  key: string,
  question: { filter: Filter; orderBy: OrderBy },
  change: Change,
  round: number,
) {
  const [fault, setFault] = useState<Fault>()
  const [waiting, setWaiting] = useState(true)
  const loading = useRef(false)
  const current = useRef(key)
  current.current = key

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says all of the question, and its language
  const load = useCallback(
    async (after: string | null) => {
      if (loading.current && after !== null) return
      loading.current = true
      try {
        const { grabTasks } = await ask(TaskPage, { first: after ? PAGE : FIRST, after, ...question })
        if (current.current !== key) return
        const { nodes, totalCount, pageInfo } = grabTasks
        tasks.take(nodes)
        const end = pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null
        const ids = nodes.map(({ id }) => id)
        change((have) => joined(after ? have : NOTHING, ids, totalCount, end))
        setFault(undefined)
      } catch (error) {
        if (current.current === key) setFault(error as Fault)
      } finally {
        loading.current = false
        setWaiting(false)
      }
    },
    [key],
  )

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when the reader says so
  useEffect(() => {
    setWaiting(true)
    load(null)
  }, [load, round])
  return { load, fault, waiting }
}

/** Takes in what is told of tasks that are not in the list, and drops what is deleted. */
function useNewcomers(key: string, rows: Rows, filter: Filter, change: Change, isAtTop: () => boolean): void {
  const shown = useRef<ReadonlySet<string>>(new Set())
  shown.current = useMemo(() => new Set(rows.ids), [rows.ids])
  const isWhole = useRef(false)
  isWhole.current = rows.ids.length > 0 && rows.end === null
  const atTop = useRef(isAtTop)
  atTop.current = isAtTop
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says all of the filter
  useEffect(() => {
    const since = serverNow()
    return tasks.observe((changed, deleted) => {
      // With the whole list at hand, whatever fits and is not in it has come to fit; else it may be on a page that was not asked for yet.
      const isNewcomer = ({ id, createdAt }: Task) =>
        !shown.current.has(id) && (isWhole.current || new Date(createdAt).getTime() > since - NEW_MS)
      const newcomers = changed.filter((task) => isNewcomer(task) && fits(task, filter))
      tasks.keep(newcomers)
      const ids = newcomers.map(({ id }) => id)
      if (ids.length + deleted.length > 0) change((have) => updated(have, ids, deleted, atTop.current()))
    })
  }, [key])
}

function joined(have: Rows, ids: string[], total: number, end: string | null): Rows {
  const known = new Set(have.ids)
  return { ...have, ids: [...have.ids, ...ids.filter((id) => !known.has(id))], total, end }
}

function updated(have: Rows, fresh: string[], deleted: string[], atTop: boolean): Rows {
  const [known, gone] = [new Set(have.ids), new Set(deleted)]
  const added = fresh.filter((id) => !known.has(id) && !gone.has(id))
  const kept = gone.size === 0 ? have.ids : have.ids.filter((id) => !gone.has(id))
  const newer = have.newer.filter((id) => !gone.has(id) && !added.includes(id))
  if (added.length === 0 && kept.length === have.ids.length && newer.length === have.newer.length) return have
  const waiting = new Set(have.newer)
  const total = have.total + added.filter((id) => !waiting.has(id)).length - (have.ids.length - kept.length)
  return atTop
    ? { ...have, ids: [...added, ...kept], newer: newer.filter((id) => !added.includes(id)), total }
    : { ...have, ids: kept, newer: [...newer, ...added], total }
}
