import { ActionIcon, Button, Kbd, Menu, Text } from '@mantine/core'
import { IconCopyPlus, IconDots } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'

import type { GrabTaskAction } from '../../graphql/enums'
import { enums } from '../../i18n/enums'
import { actionsFor, type TaskCommand, toggleFor } from '../../store/task-commands'
import type { Task } from '../../store/tasks'
import { useMay } from '../../store/viewer'
import { ACTION_ICON } from '../../ui/action-icon'
import { confirm } from '../../ui/dialog'
import { useKeys } from '../../ui/keys'
import { words as common } from '../../ui/words'
import { isOut } from './use-task'
import { words } from './words'

const BUTTONS: { action: GrabTaskAction; key?: string }[] = [
  { action: 'PAUSE', key: 'p' },
  { action: 'RESUME', key: 'p' },
  { action: 'START', key: 'p' },
  { action: 'STOP' },
  { action: 'ATTEMPT_NOW', key: 'r' },
  { action: 'UPDATE', key: 'e' },
]

interface Props {
  task: Task
  act: (action: TaskCommand) => void
  doing: TaskCommand | undefined
}

/** What the server says may be done, as buttons and keys. */
export function Actions({ task, act, doing }: Props) {
  const said = words.use()
  const { action: word } = enums.use()
  const go = useNavigate({ from: '/tasks/$id' })
  const mayOperate = useMay('OPERATE')
  const press = (action: GrabTaskAction | undefined) => {
    if (!action || doing || !actionsFor(task).includes(action)) return
    if (action === 'UPDATE') void go({ search: (search) => ({ ...search, edit: true }) })
    else act(action)
  }
  useKeys({
    p: () => press(toggleFor(task)),
    r: () => press('ATTEMPT_NOW'),
    e: () => press('UPDATE'),
  })
  if (!mayOperate) {
    return (
      <Text size="sm" c="dimmed">
        {said.viewerOnly}
      </Text>
    )
  }
  return (
    <>
      {BUTTONS.filter(({ action }) => isShown(task, action)).map(({ action, key }) => {
        const Icon = ACTION_ICON[action]
        return (
          <Button
            key={action}
            size="xs"
            variant="default"
            leftSection={<Icon size={14} />}
            rightSection={
              key && (
                <Kbd size="xs" visibleFrom="sm">
                  {key}
                </Kbd>
              )
            }
            aria-keyshortcuts={key}
            loading={doing === action}
            disabled={(doing !== undefined && doing !== action) || !task.allowedActions.includes(action)}
            onClick={() => press(action)}
          >
            {word[action]}
          </Button>
        )
      })}
      <More task={task} act={act} />
    </>
  )
}

/** While an attempt is out there cannot be another; the button stays, or its neighbours would jump with each attempt. */
function isShown(task: Task, action: GrabTaskAction): boolean {
  return (
    task.allowedActions.includes(action) ||
    (action === 'ATTEMPT_NOW' && task.state === 'RUNNING' && isOut(task))
  )
}

function More({ task, act }: Omit<Props, 'doing'>) {
  const said = words.use()
  const { action: word } = enums.use()
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="default" size="lg" aria-label={said.more}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          component={Link}
          to="/tasks"
          search={{ new: true, from: task.id } as never}
          leftSection={<IconCopyPlus size={14} />}
        >
          {said.copyTask}
        </Menu.Item>
        {task.allowedActions.includes('DELETE') && (
          <Menu.Item
            leftSection={<ACTION_ICON.DELETE size={14} />}
            style={{ color: 'var(--berth-fault-text)' }}
            onClick={() => askToDelete(task, () => act('DELETE'))}
          >
            {word.DELETE}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

/** The one thing here that nothing takes back. */
function askToDelete(task: Task, run: () => void): void {
  const said = words.now()
  confirm({
    title: said.deleteTitle(task.name),
    text: said.deleteText,
    does: common.now().delete,
    run,
  })
}
