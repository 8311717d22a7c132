import { useEffect, useRef, useState } from 'react'

import { useAsk } from '../../graphql/asking'
import { offsetHere } from '../../i18n/clock'
import { type Task, tasks, useTask } from '../../store/tasks'
import { TaskPage } from './documents'

/** So often a read model that lags is asked again. */
const LAG_MS = 1_000

/** One task: what changes all the time by the store, the rest asked again when what was wished for or got is another. */
export function useWholeTask(id: string) {
  const { data, fault, again } = useAsk(TaskPage, { id, utcOffsetMinutes: offsetHere() })
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
  // Just made, and the read model has not got there yet: asked again for as long as the store knows it.
  const lags = data?.grabTask === null && task !== undefined && !deleted
  useEffect(() => {
    if (!lags) return
    const timer = setInterval(again, LAG_MS)
    return () => clearInterval(timer)
  }, [lags, again])
  return { task, detail, fault, again, gone: deleted || (data?.grabTask === null && !lags) }
}

function wishOf(task: Task | undefined): string {
  if (!task) return ''
  const { state, name, spec, schedule, instances } = task
  return JSON.stringify([state, name, spec, schedule.interval, instances.map(({ id }) => id)])
}

/** An attempt is with the cloud right now. */
export const isOut = ({ lastAttempt }: Task) => lastAttempt?.outcome === null
