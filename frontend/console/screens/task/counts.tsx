import { Text } from '@mantine/core'

import { useNow } from '../../graphql/clock'
import { useFormat } from '../../i18n/format'
import type { Task } from '../../store/tasks'
import { Countdown } from '../../ui/countdown'
import { Mark } from '../../ui/mark'
import { Clock, When } from '../../ui/when'
import { words as common } from '../../ui/words'
import classes from './task.module.css'
import { isOut } from './use-task'
import { words } from './words'

/** The numbers that run. Not announced: they would never stop. */
export function Counts({ task }: { task: Task }) {
  const said = words.use()
  const { attempts, faults: faultsOf } = common.use()
  const faults = faultsOf(task.faultCount)
  return (
    <div className={classes.counts}>
      <span className={classes.many}>{attempts(task.attemptCount)}</span>
      {task.faultCount > 0 ? <Mark tone="fault">{faults}</Mark> : <span>{faults}</span>}
      <HowLong task={task} />
      <Next task={task} />
      <Text span size="sm" c="dimmed" className={classes.goal}>
        {said.goal(task.spec?.count ?? 1, task.instances.length)}
      </Text>
    </div>
  )
}

function HowLong({ task: { startedAt, finishedAt } }: { task: Task }) {
  const said = words.use()
  const { duration } = useFormat()
  const now = useNow()
  if (!startedAt) return null
  const seconds = ((finishedAt ? Date.parse(finishedAt) : now) - Date.parse(startedAt)) / 1_000
  return <span>{finishedAt ? said.took(duration(seconds)) : said.since(duration(seconds))}</span>
}

function Next({ task }: { task: Task }) {
  const { nextAttemptAt, schedule, queuedAt } = task
  const said = words.use()
  if (nextAttemptAt) {
    return (
      <span className={classes.next}>
        {said.next} <Countdown until={nextAttemptAt} of={schedule.interval} />
        <Text span size="sm" c="dimmed">
          <Clock at={nextAttemptAt} />
        </Text>
      </span>
    )
  }
  if (queuedAt) {
    return (
      <span className={classes.next}>
        {said.queued} <When at={queuedAt} />
      </span>
    )
  }
  return isOut(task) ? <span className={classes.next}>{said.outNow}</span> : null
}
