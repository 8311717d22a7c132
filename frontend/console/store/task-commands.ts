/** What can be done to tasks, one or many in one request. What the server answers is shown at once; what it refuses is said, and why. */
import { type Refusal, refusalsOf, tell } from '../graphql/command'
import type { GrabTaskAction } from '../graphql/enums'
import type { Fault } from '../graphql/fault'
import { graphql } from '../graphql/graphql'
import { sayFault, sayRefused, sayUndo } from '../ui/toast'
import { TaskRow, tasks } from './tasks'
import { value } from './value'

/** Editing is a form, and no command by itself. */
export type TaskCommand = Exclude<GrabTaskAction, 'UPDATE'>

const payload = [TaskRow]

const DOCUMENTS = {
  START: graphql(
    'mutation Start($input: GrabTaskCommandInput!) { told: grabTaskStart(input: $input) { position grabTasks { ...TaskRow } userErrors { code field message hint } } }',
    payload,
  ),
  STOP: graphql(
    'mutation Stop($input: GrabTaskCommandInput!) { told: grabTaskStop(input: $input) { position grabTasks { ...TaskRow } userErrors { code field message hint } } }',
    payload,
  ),
  PAUSE: graphql(
    'mutation Pause($input: GrabTaskCommandInput!) { told: grabTaskPause(input: $input) { position grabTasks { ...TaskRow } userErrors { code field message hint } } }',
    payload,
  ),
  RESUME: graphql(
    'mutation Resume($input: GrabTaskCommandInput!) { told: grabTaskResume(input: $input) { position grabTasks { ...TaskRow } userErrors { code field message hint } } }',
    payload,
  ),
  ATTEMPT_NOW: graphql(
    'mutation AttemptNow($input: GrabTaskCommandInput!) { told: grabTaskAttemptNow(input: $input) { position grabTasks { ...TaskRow } userErrors { code field message hint } } }',
    payload,
  ),
  DELETE: graphql(
    'mutation Delete($input: GrabTaskCommandInput!) { told: grabTaskDelete(input: $input) { position grabTasks { ...TaskRow } userErrors { code field message hint } } }',
    payload,
  ),
}

/** What takes a command back. */
const BACK: Partial<Record<TaskCommand, TaskCommand>> = {
  PAUSE: 'RESUME',
  RESUME: 'PAUSE',
  STOP: 'START',
  START: 'STOP',
}

/** At most so many tasks in one request. */
const AT_ONCE = 100

/** What is on its way, by task: shown on the task until the answer is there. */
export const underway = value<ReadonlyMap<string, TaskCommand>>(new Map())

/** Tells the server. Answers whether all of it was done. */
async function send(command: TaskCommand, ids: string[]): Promise<boolean> {
  mark(ids, command)
  const refusals: Refusal[] = []
  try {
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const taskIds = ids.slice(from, from + AT_ONCE)
      const data = await tell(DOCUMENTS[command], { input: { taskIds } })
      tasks.take(data.told.grabTasks)
      refusals.push(...refusalsOf(data))
    }
  } catch (error) {
    sayFault(error as Fault)
    return false
  } finally {
    mark(ids, undefined)
  }
  if (refusals.length > 0) sayRefused(refusals)
  return refusals.length === 0
}

/** Does it, says so, and offers to take it back where the tasks now allow that. */
export async function command(which: TaskCommand, ids: string[], done: string): Promise<boolean> {
  if (ids.length === 0 || !(await send(which, ids))) return false
  const back = BACK[which]
  const allowed = back && ids.every((id) => tasks.get(id)?.allowedActions.includes(back))
  if (back && allowed) sayUndo(done, () => void send(back, ids))
  return true
}

function mark(ids: string[], command: TaskCommand | undefined): void {
  const next = new Map(underway.get())
  for (const id of ids) {
    if (command) next.set(id, command)
    else next.delete(id)
  }
  underway.set(next)
}

/** What is allowed for every one of them. */
export function allowedForAll(ids: Iterable<string>): GrabTaskAction[] {
  const sets = [...ids].map((id) => tasks.get(id)?.allowedActions ?? [])
  const [first, ...rest] = sets
  return (first ?? []).filter((action) => rest.every((actions) => actions.includes(action)))
}
