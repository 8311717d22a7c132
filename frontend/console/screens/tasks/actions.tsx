/** What may be done to a task, beside its row. Plain buttons, and a menu only once it is opened: a list draws hundreds of them as one scrolls. */
import { Menu } from '@mantine/core'
import { IconCopyPlus, IconDots } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'

import type { GrabTaskAction } from '../../graphql/enums'
import { enums } from '../../i18n/enums'
import { actionsFor, type TaskCommand, underway } from '../../store/task-commands'
import type { Task } from '../../store/tasks'
import { useValue } from '../../store/value'
import { useMay } from '../../store/viewer'
import { ACTION_ICON } from '../../ui/action-icon'
import classes from './tasks.module.css'
import { words } from './words'

/** Beside the row; the others are behind the dots. */
const NEAR: TaskCommand[] = ['START', 'RESUME', 'PAUSE', 'ATTEMPT_NOW']

interface ActionsProps {
  task: Task
  onCommand(command: TaskCommand, ids: string[]): void
}

export function Actions({ task, onCommand }: ActionsProps) {
  const said = words.use()
  const { action } = enums.use()
  const [opened, setOpened] = useState(false)
  const busy = useValue(underway).get(task.id)
  const mayOperate = useMay('OPERATE')
  if (!mayOperate) return <div className={classes.actions} />
  if (busy) return <div className={classes.actions}>{said.doing}</div>
  return (
    <div className={classes.actions}>
      {NEAR.filter((command) => actionsFor(task).includes(command)).map((command) => {
        const Icon = ACTION_ICON[command]
        return (
          <button
            key={command}
            type="button"
            className={classes.action}
            aria-label={`${action[command]}: ${task.name}`}
            title={action[command]}
            onClick={() => onCommand(command, [task.id])}
          >
            <Icon size={16} />
          </button>
        )
      })}
      {opened ? (
        <More task={task} onCommand={onCommand} onClose={() => setOpened(false)} />
      ) : (
        <button
          type="button"
          className={classes.action}
          aria-label={said.moreOf(task.name)}
          aria-haspopup="menu"
          onClick={() => setOpened(true)}
        >
          <IconDots size={16} />
        </button>
      )}
    </div>
  )
}

function More({ task, onCommand, onClose }: ActionsProps & { onClose(): void }) {
  const said = words.use()
  const { action } = enums.use()
  const go = useNavigate()
  const far = actionsFor(task).filter((command) => !NEAR.includes(command as TaskCommand))
  const run = (command: GrabTaskAction) => {
    if (command !== 'UPDATE') return onCommand(command, [task.id])
    return void go({ to: '/tasks/$id', params: { id: task.id }, search: { edit: true } })
  }
  const copyAsNew = () => void go({ to: '/tasks', search: { new: true, from: task.id } })
  return (
    <Menu position="bottom-end" withinPortal opened onClose={onClose}>
      <Menu.Target>
        <button type="button" className={classes.action} aria-label={said.moreOf(task.name)}>
          <IconDots size={16} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {far.map((command) => {
          const Icon = ACTION_ICON[command]
          return (
            <Menu.Item key={command} leftSection={<Icon size={16} />} onClick={() => run(command)}>
              {action[command]}
            </Menu.Item>
          )
        })}
        <Menu.Item leftSection={<IconCopyPlus size={16} />} onClick={copyAsNew}>
          {said.copyAsNew}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
