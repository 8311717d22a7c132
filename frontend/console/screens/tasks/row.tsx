import { ActionIcon, Checkbox, Menu, Text } from '@mantine/core'
import {
  IconBolt,
  IconCopyPlus,
  IconDots,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconTrash,
} from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { memo } from 'react'

import { serverNow, useNow } from '../../graphql/clock'
import type { GrabTaskAction } from '../../graphql/enums'
import { enums } from '../../i18n/enums'
import { useFormat } from '../../i18n/format'
import { useBar } from '../../store/bars'
import { type TaskCommand, underway } from '../../store/task-commands'
import { type Task, useTask } from '../../store/tasks'
import { useValue } from '../../store/value'
import { Copyable } from '../../ui/copy'
import { Countdown } from '../../ui/countdown'
import { Heartbeat } from '../../ui/heartbeat'
import { StateMark } from '../../ui/mark'
import classes from './tasks.module.css'
import { words } from './words'

export interface RowProps {
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
      <Checkbox
        className={classes.check}
        size="xs"
        aria-label={said.select(task.name)}
        checked={selected}
        onChange={(event) => onSelect(id, event.currentTarget.checked)}
      />
      <div className={classes.what}>
        <div className={classes.title}>
          <StateMark state={task.state} />
          <Link to="/tasks/$id" params={{ id }} className={classes.name}>
            {task.name}
          </Link>
        </div>
        <Text size="xs" c="dimmed" truncate>
          {subtitle(task, said.starts)}
        </Text>
      </div>
      <div className={classes.bar}>
        <Bar task={task} />
      </div>
      <Counts task={task} />
      <Fate task={task} />
      <Actions task={task} onCommand={onCommand} />
    </div>
  )
})

/** Tenant, region, shape, size: what tells two tasks apart without opening them. */
export function subtitle({ tenant, spec, startsInstance }: Task, starts: string): string {
  if (!spec) return [tenant.name, startsInstance?.region, starts].filter(Boolean).join(' · ')
  const regions = spec.regions.length > 1 ? `${spec.region} +${spec.regions.length - 1}` : spec.region
  const size = spec.ocpus && spec.memoryGb ? ` ${spec.ocpus}C/${spec.memoryGb}G` : ''
  const many = spec.count > 1 ? ` ×${spec.count}` : ''
  return `${tenant.name} · ${regions} · ${spec.shape.replace('VM.Standard.', '')}${size}${many}`
}

function Bar({ task }: { task: Task }) {
  const buckets = useBar(task.id)
  const now = useNow()
  if (buckets.length === 0) return null
  const { nextAttemptAt, schedule } = task
  const left = nextAttemptAt ? (new Date(nextAttemptAt).getTime() - now) / 1_000 : undefined
  const filling = left === undefined ? 0 : 1 - Math.min(1, Math.max(0, left / schedule.interval))
  return <Heartbeat buckets={buckets} filling={filling} />
}

function Counts({ task }: { task: Task }) {
  const format = useFormat()
  const { faults } = words.use()
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
        <Text size="xs" c="dimmed" truncate title={lastAttempt.reason ?? undefined}>
          {outcome[lastAttempt.outcome]}
          {lastAttempt.durationMs === null ? '' : ` · ${format.milliseconds(lastAttempt.durationMs)}`}
        </Text>
      )}
    </div>
  )
}

export const ICON = {
  START: IconPlayerPlay,
  RESUME: IconPlayerPlay,
  PAUSE: IconPlayerPause,
  STOP: IconPlayerStop,
  ATTEMPT_NOW: IconBolt,
  UPDATE: IconPencil,
  DELETE: IconTrash,
} satisfies Record<GrabTaskAction, unknown>

/** Beside the row; the others are behind the dots. */
const NEAR: TaskCommand[] = ['START', 'RESUME', 'PAUSE', 'ATTEMPT_NOW']

function Actions({ task, onCommand }: { task: Task; onCommand: RowProps['onCommand'] }) {
  const said = words.use()
  const { action } = enums.use()
  const busy = useValue(underway).get(task.id)
  const go = useNavigate()
  const edit = () => void go({ to: '/tasks/$id', params: { id: task.id }, search: { edit: true } })
  const copyAsNew = () => void go({ to: '/tasks', search: { new: true, from: task.id } })
  if (busy) return <div className={classes.actions}>{said.doing}</div>
  const near = NEAR.filter((command) => task.allowedActions.includes(command))
  const far = task.allowedActions.filter((command) => !NEAR.includes(command as TaskCommand))
  return (
    <div className={classes.actions}>
      {near.map((command) => {
        const Icon = ICON[command]
        return (
          <ActionIcon
            key={command}
            variant="subtle"
            color="gray"
            aria-label={`${action[command]}: ${task.name}`}
            title={action[command]}
            onClick={() => onCommand(command, [task.id])}
          >
            <Icon size={16} />
          </ActionIcon>
        )
      })}
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`…: ${task.name}`}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {far.map((command) => {
            const Icon = ICON[command]
            return (
              <Menu.Item
                key={command}
                leftSection={<Icon size={16} />}
                onClick={() => (command === 'UPDATE' ? edit() : onCommand(command as TaskCommand, [task.id]))}
              >
                {action[command]}
              </Menu.Item>
            )
          })}
          <Menu.Item leftSection={<IconCopyPlus size={16} />} onClick={copyAsNew}>
            {said.copyAsNew}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  )
}
