/** The tasks that are in some states, the first few of them: asked again when one comes or goes, and never for an attempt. */
import { useEffect, useMemo } from 'react'

import { useAsk } from '../../graphql/asking'
import type { GrabTaskState } from '../../graphql/enums'
import type { Fault } from '../../graphql/fault'
import { useSpaced } from '../../store/spaced'
import { type Move, observeMoves, tasks } from '../../store/tasks'
import { TasksIn } from './documents'

/** Several that come or go together are one question. */
const SOON_MS = 400

interface TasksInStates {
  ids: string[] | undefined
  total: number
  fault: Fault | undefined
  again(): void
}

export function useTasksIn(states: readonly GrabTaskState[], first: number): TasksInStates {
  const { data, fault, again } = useAsk(TasksIn, { first, filter: { state: [...states] } })
  const againSoon = useSpaced(again, SOON_MS)
  const page = data?.grabTasks
  useEffect(() => tasks.take(page?.nodes ?? []), [page])
  useEffect(() => {
    if (!page) return
    const shown = new Set(page.nodes.map(({ id }) => id))
    // One of those that did not fit has been there all the time.
    const isWhole = page.totalCount <= page.nodes.length
    return observeMoves((moves, deletedIds) => {
      const isOther = ({ task: { id, state }, before }: Move) => {
        const is = states.includes(state)
        const was = before ? states.includes(before) : shown.has(id) || (!isWhole && is)
        return was !== is
      }
      if (moves.some(isOther) || deletedIds.some((id) => shown.has(id))) againSoon()
    })
  }, [page, states, againSoon])
  const ids = useMemo(() => page?.nodes.map(({ id }) => id), [page])
  return { ids, total: page?.totalCount ?? 0, fault, again }
}
