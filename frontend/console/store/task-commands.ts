/** What can be done to tasks, one or many in one request. What the server answers is shown at once; what it refuses is said, and why. */
import { type Refusal, tell } from '../graphql/command'
import type { GrabTaskAction } from '../graphql/enums'
import type { Fault } from '../graphql/fault'
import { graphql } from '../graphql/graphql'
import { catalogue, counted, plural } from '../i18n/catalogue'
import { sayFault, sayRefused, sayUndo } from '../ui/toast'
import { type Task, TaskRow, tasks } from './tasks'
import { value } from './value'
import { may } from './viewer'

/** Editing is a form, and no command by itself. */
export type TaskCommand = Exclude<GrabTaskAction, 'UPDATE'>

const Told = graphql(
  `
  fragment Told on GrabTaskCommandPayload {
    position
    grabTasks { ...TaskRow }
    userErrors { code field message hint }
  }
`,
  [TaskRow],
)

const DOCUMENTS = {
  START: graphql(
    'mutation Start($input: GrabTaskCommandInput!) { told: grabTaskStart(input: $input) { ...Told } }',
    [Told],
  ),
  STOP: graphql(
    'mutation Stop($input: GrabTaskCommandInput!) { told: grabTaskStop(input: $input) { ...Told } }',
    [Told],
  ),
  PAUSE: graphql(
    'mutation Pause($input: GrabTaskCommandInput!) { told: grabTaskPause(input: $input) { ...Told } }',
    [Told],
  ),
  RESUME: graphql(
    'mutation Resume($input: GrabTaskCommandInput!) { told: grabTaskResume(input: $input) { ...Told } }',
    [Told],
  ),
  ATTEMPT_NOW: graphql(
    'mutation AttemptNow($input: GrabTaskCommandInput!) { told: grabTaskAttemptNow(input: $input) { ...Told } }',
    [Told],
  ),
  DELETE: graphql(
    'mutation Delete($input: GrabTaskCommandInput!) { told: grabTaskDelete(input: $input) { ...Told } }',
    [Told],
  ),
}

/** What takes a command back. */
const BACK = { PAUSE: 'RESUME', RESUME: 'PAUSE', STOP: 'START', START: 'STOP' } as const

type Undoable = keyof typeof BACK

const isUndoable = (command: TaskCommand): command is Undoable => command in BACK

const words = catalogue(
  {
    many: (count: number) => plural(count, 'task', 'tasks'),
    done: {
      START: (what: string) => `Started: ${what}`,
      STOP: (what: string) => `Stopped: ${what}`,
      PAUSE: (what: string) => `Paused: ${what}`,
      RESUME: (what: string) => `Resumed: ${what}`,
    },
  },
  {
    many: (count) => `${counted(count)} 个任务`,
    done: {
      START: (what) => `已开始：${what}`,
      STOP: (what) => `已停止：${what}`,
      PAUSE: (what) => `已暂停：${what}`,
      RESUME: (what) => `已继续：${what}`,
    },
  },
)

/** At most so many tasks in one request. */
const AT_ONCE = 100

/** The feed may be held or silent: longer than this nothing is said to be under way. */
const HELD_MS = 3_000

/** What is on its way, by task: shown on the task until the store has seen what it came to. */
export const underway = value<ReadonlyMap<string, TaskCommand>>(new Map())

/** Does it, says so, and offers to take it back where the tasks now allow that. Answers whether all of it was done. */
export async function command(which: TaskCommand, ids: string[]): Promise<boolean> {
  if (ids.length === 0 || !(await send(which, ids))) return false
  if (!isUndoable(which)) return true
  const back = BACK[which]
  if (allowedForAll(ids).includes(back)) {
    const { done, many } = words.now()
    const name = ids.length === 1 && tasks.get(ids[0] ?? '')?.name
    sayUndo(done[which](name || many(ids.length)), () => void send(back, ids))
  }
  return true
}

/** Tells the server, and says what it refused. */
async function send(command: TaskCommand, ids: string[]): Promise<boolean> {
  mark(ids, command)
  const refusals: Refusal[] = []
  let position: string | null = null
  try {
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const { told } = await tell(DOCUMENTS[command], {
        input: { taskIds: ids.slice(from, from + AT_ONCE) },
      })
      // What is deleted must not be known again; the feed says that it is gone.
      if (command !== 'DELETE') tasks.take(told.grabTasks)
      position = told.position ?? position
      refusals.push(...told.userErrors)
    }
  } catch (error) {
    sayFault(error as Fault)
    return false
  } finally {
    void seen(ids, position).then(() => unmark(ids, command))
  }
  if (refusals.length > 0) sayRefused(refusals)
  return refusals.length === 0
}

/** Until the store knows these tasks as of a position, or a short while has passed. */
function seen(ids: string[], position: string | null): Promise<void> {
  const isSeen = () => position === null || tasks.areAsOf(ids, position)
  if (isSeen()) return Promise.resolve()
  return new Promise((resolve) => {
    const end = () => {
      stop()
      clearTimeout(timer)
      resolve()
    }
    const stop = tasks.observe(() => isSeen() && end())
    const timer = setTimeout(end, HELD_MS)
  })
}

function mark(ids: string[], command: TaskCommand): void {
  underway.set(new Map([...underway.get(), ...ids.map((id) => [id, command] as const)]))
}

/** Unless something else is under way by now. */
function unmark(ids: string[], command: TaskCommand): void {
  const ended = new Set(ids)
  underway.set(new Map([...underway.get()].filter(([id, which]) => !ended.has(id) || which !== command)))
}

/** What the viewer may do to a task. What the server allows depends on its state, and not on who asks. */
export function actionsFor(task: Task | undefined): GrabTaskAction[] {
  return may('OPERATE') ? (task?.allowedActions ?? []) : []
}

/** What the viewer may do to every one of them. */
export function allowedForAll(ids: Iterable<string>): GrabTaskAction[] {
  const [first, ...rest] = [...ids].map((id) => actionsFor(tasks.get(id)))
  return (first ?? []).filter((action) => rest.every((actions) => actions.includes(action)))
}

/** What one key does to a task: it holds what runs, and lets go on what does not. */
export function toggleFor(task: Task | undefined): TaskCommand | undefined {
  const actions = actionsFor(task)
  return (['PAUSE', 'RESUME', 'START'] as const).find((command) => actions.includes(command))
}
