import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'

import { refusalsOf, tell } from '../../graphql/command'
import type { Fault } from '../../graphql/fault'
import { type Task, tasks } from '../../store/tasks'
import { sayFault, sayRefused, sayUndo } from '../../ui/toast'
import { COMMANDS, type Doable } from './documents'
import { words } from './words'

interface Doing {
  action: Doable
  /** The position of what it came to, once the server has said it. */
  until?: string
}

/** What takes a command back, if the task then allows it. */
const BACK: Partial<Record<Doable, { by: Doable; said: 'paused' | 'stopped' }>> = {
  PAUSE: { by: 'RESUME', said: 'paused' },
  STOP: { by: 'START', said: 'stopped' },
}

/** Commands on one task. `doing` holds from the press until the store has seen what it came to. */
export function useActions(task: Task | undefined) {
  const [doing, setDoing] = useState<Doing>()
  const go = useNavigate()
  const seen = doing?.until !== undefined && task && BigInt(task.position) >= BigInt(doing.until)

  const act = async (action: Doable) => {
    if (!task) return
    setDoing({ action })
    const told = await order(action, task.id)
    setDoing(told?.position ? { action, until: told.position } : undefined)
    if (!told) return
    if (action === 'DELETE') return go({ to: '/tasks' })
    const back = BACK[action]
    if (back && told.grabTasks[0]?.allowedActions.includes(back.by)) {
      sayUndo(words.now()[back.said](task.name), () => void act(back.by))
    }
  }
  return { act, doing: seen ? undefined : doing?.action }
}

/** Tells the server, and says what went wrong. */
async function order(action: Doable, id: string) {
  try {
    const data = await tell(COMMANDS[action], { input: { taskIds: [id] } })
    const refusals = refusalsOf(data)
    if (action !== 'DELETE') tasks.take(data.told.grabTasks)
    if (refusals.length === 0) return data.told
    sayRefused(refusals)
  } catch (fault) {
    sayFault(fault as Fault)
  }
  return undefined
}
