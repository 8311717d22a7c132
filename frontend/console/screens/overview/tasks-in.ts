/** The tasks that are in some states, the first few of them: asked again when one comes or goes, and never for an attempt. */
import { useEffect, useMemo } from 'react'

import { useAsk } from '../../graphql/asking'
import type { GrabTaskState } from '../../graphql/enums'
import type { Fault } from '../../graphql/fault'
import { tasks } from '../../store/tasks'
import { TasksIn } from './documents'

/** Several that come or go together are one question. */
const SOON_MS = 400

export interface TasksInStates {
  ids: string[] | undefined
  total: number
  fault: Fault | undefined
  again(): void
}

export function useTasksIn(states: readonly GrabTaskState[], first: number): TasksInStates {
  const { data, fault, again } = useAsk(TasksIn, { first, filter: { state: [...states] } })
  const page = data?.grabTasks
  useEffect(() => tasks.take(page?.nodes ?? []), [page])
  useEffect(() => {
    if (!page) return
    const was = new Map(page.nodes.map(({ id }) => [id, true]))
    // One of those that did not fit has been there all the time.
    const isWhole = page.totalCount <= page.nodes.length
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = tasks.observe((changed, deleted) => {
      const moved = changed.filter(({ id, state }) => {
        const [before, now] = [
          was.get(id) ?? (isWhole ? false : states.includes(state)),
          states.includes(state),
        ]
        was.set(id, now)
        return before !== now
      })
      if (moved.length === 0 && !deleted.some((id) => was.get(id))) return
      timer ??= setTimeout(() => {
        timer = undefined
        again()
      }, SOON_MS)
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [page, states, again])
  const ids = useMemo(() => page?.nodes.map(({ id }) => id), [page])
  return { ids, total: page?.totalCount ?? 0, fault, again }
}
