import { useEffect, useRef, useState } from 'react'

import { useAsk } from '../../graphql/asking'
import { type Task, tasks, useTask } from '../../store/tasks'
import { TaskPage } from './documents'

/** Hours are shown as the reader's clock has them. */
export const utcOffsetMinutes = -new Date().getTimezoneOffset()

/** One task: what changes all the time by the store, the rest asked again when what was wished for or got is another. */
export function useWholeTask(id: string) {
  const { data, fault, again } = useAsk(TaskPage, { id, utcOffsetMinutes })
  const [deleted, setDeleted] = useState(false)
  const detail = data?.grabTask ?? undefined
  const task = useTask(id) ?? detail
  useEffect(() => tasks.observe((_, ids) => ids.includes(id) && setDeleted(true)), [id])
  useEffect(() => {
    if (detail) tasks.take([detail])
  }, [detail])

  // What the answer says does not ask anew, or one that lags behind would be asked for ever: only a change does.
  const answered = useRef('')
  answered.current = wishOf(detail)
  const live = wishOf(task)
  useEffect(() => {
    if (answered.current !== '' && live !== answered.current) again()
  }, [live, again])
  return { task, detail, fault, again, gone: deleted || data?.grabTask === null }
}

function wishOf(task: Task | undefined): string {
  if (!task) return ''
  const { state, name, spec, schedule, instances } = task
  return JSON.stringify([state, name, spec, schedule.interval, instances.map(({ id }) => id)])
}

/** An attempt is with the cloud right now. */
export const isOut = ({ lastAttempt }: Task) => lastAttempt?.outcome === null
