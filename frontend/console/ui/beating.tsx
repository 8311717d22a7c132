import { useNow } from '../graphql/clock'
import type { Task } from '../store/tasks'
import { type Bucket, Heartbeat } from './heartbeat'

export interface BeatingProps {
  task: Pick<Task, 'nextAttemptAt' | 'schedule'>
  buckets: Bucket[]
  tall?: boolean
}

/** A task's bar, the newest cell of which fills until the next attempt. */
export function Beating({ task: { nextAttemptAt, schedule }, buckets, tall = false }: BeatingProps) {
  const now = useNow()
  const left = nextAttemptAt ? (Date.parse(nextAttemptAt) - now) / 1_000 : schedule.interval
  const filling = 1 - Math.min(1, Math.max(0, left / schedule.interval))
  return <Heartbeat buckets={buckets} filling={filling} tall={tall} />
}
