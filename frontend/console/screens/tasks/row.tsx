import { memo } from 'react'

import { serverNow } from '../../graphql/clock'
import { enums } from '../../i18n/enums'
import { useFormat } from '../../i18n/format'
import { useBar } from '../../store/bars'
import type { TaskCommand } from '../../store/task-commands'
import { type Task, useTask } from '../../store/tasks'
import { Beating } from '../../ui/beating'
import { Copyable } from '../../ui/copy'
import { Countdown } from '../../ui/countdown'
import { StateMark } from '../../ui/mark'
import { Subtitle } from '../../ui/subtitle'
import { words as common } from '../../ui/words'
import { Actions } from './actions'
import classes from './tasks.module.css'
import { words } from './words'

interface RowProps {
  id: string
  selected: boolean
  focused: boolean
  onSelect(id: string, selected: boolean): void
  onCommand(command: TaskCommand, ids: string[]): void
}

/** One task. Only this row is drawn when the task changes. */
export const Row = memo(function Row({ id, selected, focused, onSelect, onCommand }: RowProps) {
  const task = useTask(id)
  const said = words.use()
  if (!task) return <div className={classes.row} />
  return (
    <div
      className={classes.row}
      data-focused={focused || undefined}
      data-got={task.state === 'SUCCEEDED' || undefined}
    >
      <input
        type="checkbox"
        className={classes.check}
        aria-label={said.select(task.name)}
        checked={selected}
        onChange={(event) => onSelect(id, event.currentTarget.checked)}
      />
      <div className={classes.what}>
        <div className={classes.title}>
          <StateMark state={task.state} still />
          {/* A router's link listens to every change of the address; the list takes the click of a plain one. */}
          <a href={`/tasks/${id}`} data-task={id} className={classes.name}>
            {task.name}
          </a>
        </div>
        <div className={classes.small}>
          <Subtitle task={task} />
        </div>
      </div>
      <div className={classes.bar}>
        <Bar task={task} />
      </div>
      <Counts task={task} />
      <Fate task={task} />
      <Actions key={id} task={task} onCommand={onCommand} />
    </div>
  )
})

function Bar({ task }: { task: Task }) {
  const buckets = useBar(task.id)
  return buckets.length > 0 && <Beating task={task} buckets={buckets} />
}

function Counts({ task }: { task: Task }) {
  const format = useFormat()
  const { faults } = common.use()
  return (
    <div className={`${classes.counts} figures`}>
      <span>{format.count(task.attemptCount)}</span>
      {task.faultCount > 0 && <span className={classes.faults}>{faults(task.faultCount)}</span>}
    </div>
  )
}

/** What comes next, and what came last. */
function Fate({ task }: { task: Task }) {
  const said = words.use()
  const format = useFormat()
  const { outcome } = enums.use()
  const { lastAttempt, tenant, instances } = task
  const address = instances.at(-1)?.publicIps[0]
  if (task.state === 'SUCCEEDED' && address) {
    return (
      <div className={classes.fate}>
        <Copyable text={address} />
      </div>
    )
  }
  const cooling = tenant.throttledUntil && new Date(tenant.throttledUntil).getTime() > serverNow()
  return (
    <div className={classes.fate}>
      <span>
        {task.nextAttemptAt ? (
          <>
            {cooling || task.state === 'COOLING_DOWN' ? `${said.cooling} ` : ''}
            <Countdown until={task.nextAttemptAt} of={task.schedule.interval} />
          </>
        ) : (
          (task.queuedAt && said.queued) || ''
        )}
      </span>
      {lastAttempt?.outcome && (
        <div className={classes.small} title={lastAttempt.reason ?? undefined}>
          {outcome[lastAttempt.outcome]}
          {lastAttempt.durationMs === null ? '' : ` · ${format.milliseconds(lastAttempt.durationMs)}`}
        </div>
      )}
    </div>
  )
}
