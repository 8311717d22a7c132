/** The tasks that try: how it went in the last half hour, how often, and when again. */
import { Button, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { memo } from 'react'

import { useBar } from '../../store/bars'
import { type Task, useTask } from '../../store/tasks'
import { useMay } from '../../store/viewer'
import { Beating } from '../../ui/beating'
import { Countdown } from '../../ui/countdown'
import { StateMark } from '../../ui/mark'
import { Failed, Waiting } from '../../ui/states'
import { Subtitle } from '../../ui/subtitle'
import { words as common } from '../../ui/words'
import classes from './overview.module.css'
import { Part } from './part'
import { useTasksIn } from './tasks-in'
import { words } from './words'

const TRYING = ['RUNNING', 'COOLING_DOWN'] as const
const SHOWN = 8

export function Grabbing() {
  const said = words.use()
  const { newTask } = common.use()
  const mayOperate = useMay('OPERATE')
  const { ids, total, fault, again } = useTasksIn(TRYING, SHOWN)
  const rest = total > SHOWN && {
    to: '/tasks' as const,
    search: { state: 'running,cooling_down' },
    label: said.allTasks(total),
  }
  return (
    <Part title={said.grabbing} {...(rest && { more: rest })}>
      {fault && <Failed fault={fault} again={again} />}
      {!ids && !fault && <Waiting rows={3} height={52} />}
      {ids?.length === 0 && (
        <div className={classes.nothing}>
          <Text c="dimmed" size="sm">
            {said.grabbingNone}
          </Text>
          {mayOperate && (
            <Button
              size="xs"
              variant="default"
              renderRoot={(props) => <Link to="/tasks" search={{ new: true }} {...props} />}
            >
              {newTask}
            </Button>
          )}
        </div>
      )}
      {ids?.map((id) => (
        <Row key={id} id={id} />
      ))}
    </Part>
  )
}

const Row = memo(function Row({ id }: { id: string }) {
  const { attempts, faults } = common.use()
  const task = useTask(id)
  if (!task) return null
  return (
    <Link to="/tasks/$id" params={{ id }} className={classes.row}>
      <span className={classes.what}>
        <span className={classes.name}>
          <StateMark state={task.state} />
          <strong>{task.name}</strong>
        </span>
        <span className={classes.under}>
          <Subtitle task={task} />
        </span>
      </span>
      <Beats task={task} />
      <span className={`figures ${classes.times}`}>
        {attempts(task.attemptCount)}
        {task.faultCount > 0 && <span className={classes.faults}>{faults(task.faultCount)}</span>}
      </span>
      <span className={classes.next}>
        <Next task={task} />
      </span>
    </Link>
  )
})

function Beats({ task }: { task: Task }) {
  const buckets = useBar(task.id)
  return (
    <span className={classes.beats}>{buckets.length > 0 && <Beating task={task} buckets={buckets} />}</span>
  )
}

function Next({ task: { state, queuedAt, nextAttemptAt, schedule } }: { task: Task }) {
  const said = words.use()
  if (nextAttemptAt)
    return (
      <>
        {state === 'COOLING_DOWN' && `${said.cooling} `}
        <Countdown until={nextAttemptAt} of={schedule.interval} />
      </>
    )
  return queuedAt ? said.queued : state === 'RUNNING' ? said.trying : null
}
