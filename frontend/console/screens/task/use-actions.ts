import { useNavigate } from '@tanstack/react-router'

import { command, type TaskCommand, underway } from '../../store/task-commands'
import type { Task } from '../../store/tasks'
import { useValue } from '../../store/value'

/** Commands on one task. `doing` holds from the press until the store has seen what it came to. */
export function useActions(task: Task | undefined) {
  const go = useNavigate()
  const doing = useValue(underway).get(task?.id ?? '')
  const act = async (which: TaskCommand) => {
    if (task && (await command(which, [task.id])) && which === 'DELETE') void go({ to: '/tasks' })
  }
  return { act, doing }
}
