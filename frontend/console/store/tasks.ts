/**
 * Every task that the page knows, each as of its newest event: one feed for all screens. A row listens to its own task only, so fifty changes a
 * second draw the rows that changed and not the list.
 */
import { serverNow } from '../graphql/clock'
import type { GrabTaskState } from '../graphql/enums'
import { follow } from '../graphql/feed'
import { graphql, type ResultOf } from '../graphql/graphql'
import { whenRunning } from '../graphql/pausing'
import { listenersById, useById } from './listeners'

/** What lists show of a task, and every feed tells. */
export const TaskRow = graphql(`
  fragment TaskRow on GrabTask {
    id
    name
    state
    stateReason
    stateHint
    position
    version
    allowedActions
    attemptCount
    faultCount
    createdAt
    startedAt
    finishedAt
    queuedAt
    nextAttemptAt
    tenant { id name throttledUntil }
    spec { shape region regions ocpus memoryGb count image bootVolumeGb }
    startsInstance { instance region }
    schedule { interval }
    lastAttempt { id number startedAt outcome durationMs availabilityDomain reason }
    instances { id name publicIps region state }
  }
`)

export type Task = ResultOf<typeof TaskRow>

const Changes = graphql(
  `
  subscription TaskStates($after: EventPosition) {
    taskStateChanged(after: $after) {
      position
      deletedIds
      tasks { ...TaskRow }
    }
  }
`,
  [TaskRow],
)

const known = new Map<string, Task>()
const listeners = listenersById()
const observers = new Set<(changed: Task[], deletedIds: string[]) => void>()
let isFollowing = false
/** How far the feed has told. */
let toldThrough = 0n

/** A task made so lately may be on its way into a list. */
const NEW_MS = 60_000

/** Of ten thousand tasks that change, those that a page has shown are kept, and new ones: the others are asked for when they are seen. */
function isWanted({ id, createdAt }: Task): boolean {
  return known.has(id) || listeners.has(id) || serverNow() - new Date(createdAt).getTime() < NEW_MS
}

/** Takes what is newer than what is there. Answers whether it was. */
function put(task: Task): boolean {
  const have = known.get(task.id)
  if (have && BigInt(task.position) < BigInt(have.position)) return false
  known.set(task.id, task)
  listeners.tell(task.id)
  return true
}

export const tasks = {
  get: (id: string) => known.get(id),

  /** Whether these are known as of a position, or of a later one. Those that are not known lack nothing. */
  areAsOf(ids: readonly string[], position: string): boolean {
    const wanted = BigInt(position)
    if (toldThrough >= wanted) return true
    return ids.every((id) => BigInt(known.get(id)?.position ?? position) >= wanted)
  },

  /** Of what an observer was told, what it is going to show. */
  keep(told: readonly Task[]): void {
    for (const task of told) put(task)
  },

  /** What a page or the answer to a command said. */
  take(found: readonly Task[]): void {
    const changed = found.filter(put)
    if (changed.length > 0) for (const observer of observers) observer(changed, [])
  },

  /** Follows all changes after a position, once for the whole page, for as long as it is there. */
  follow(after: string): void {
    if (isFollowing) return
    isFollowing = true
    follow(Changes, { after }, ({ taskStateChanged: { position, tasks: changed, deletedIds } }) => {
      if (changed.length + deletedIds.length === 0) return
      whenRunning(changed.length + deletedIds.length, () => {
        toldThrough = BigInt(position)
        const newer = changed.filter((task) => !isWanted(task) || put(task))
        for (const id of deletedIds) {
          known.delete(id)
          listeners.tell(id)
        }
        for (const observer of observers) observer(newer, deletedIds)
      })
    })
  },

  /** Tells of every change: for lists, which add and drop rows, and for counts. */
  observe(observer: (changed: Task[], deletedIds: string[]) => void): () => void {
    observers.add(observer)
    return () => observers.delete(observer)
  },
}

/** Of so many tasks is remembered in which state they were. */
const REMEMBERED = 20_000

/** A task that was never heard of before came into its state lately, or has long been there: who watches knows which. */
export interface Move {
  task: Task
  before: GrabTaskState | undefined
}

/** Tells of tasks that came into another state, and of those that are deleted: not of attempts, which leave the state as it was. */
export function observeMoves(onMoved: (moves: Move[], deletedIds: string[]) => void): () => void {
  const states = new Map([...known].map(([id, { state }]) => [id, state]))
  return tasks.observe((changed, deletedIds) => {
    const moves = changed
      .map((task) => ({ task, before: states.get(task.id) }))
      .filter(({ task, before }) => task.state !== before)
    for (const { task } of moves) states.set(task.id, task.state)
    for (const id of deletedIds) states.delete(id)
    for (const id of states.keys()) {
      if (states.size <= REMEMBERED) break
      states.delete(id)
    }
    if (moves.length + deletedIds.length > 0) onMoved(moves, deletedIds)
  })
}

/** One task, live. Undefined: not known, or deleted. */
export function useTask(id: string): Task | undefined {
  return useById(listeners, id, tasks.get)
}
