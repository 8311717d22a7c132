/** The instances that grab tasks got, live: pages of tasks first, then each task whose instances changed. */
import { useEffect, useMemo, useState } from 'react'

import { ask } from '../../graphql/asking'
import type { Fault } from '../../graphql/fault'
import { tasks } from '../../store/tasks'
import { Grabbed, GrabbedByTask, type TaskWithInstances } from './documents'

/** So many tasks are looked through, not more: the API has no list of instances of its own. */
const MOST_TASKS = 500

export type Instance = TaskWithInstances['instances'][number]

export interface GrabbedInstance {
  instance: Instance
  task: TaskWithInstances
}

interface Instances {
  list: GrabbedInstance[]
  /** All that will be looked through were. */
  complete: boolean
  read: number
  all: number
  fault: Fault | undefined
  again(): void
}

export function useInstances(): Instances {
  const [of, setOf] = useState<ReadonlyMap<string, TaskWithInstances>>(new Map())
  const [told, setTold] = useState({ read: 0, all: 0, complete: false })
  const [fault, setFault] = useState<Fault>()
  const [round, setRound] = useState(0)

  // biome-ignore lint/correctness/useExhaustiveDependencies: another round asks anew
  useEffect(() => {
    let here = true
    const put = (nodes: readonly TaskWithInstances[]) => setOf((of) => withTasks(of, nodes))
    setFault(undefined)
    readAll((nodes, told) => {
      if (!here) return false
      put(nodes)
      setTold(told)
      return true
    }).catch((fault: unknown) => here && setFault(fault as Fault))
    const stop = tasks.observe((changed, deletedIds) => {
      if (deletedIds.length > 0) setOf((of) => new Map([...of].filter(([id]) => !deletedIds.includes(id))))
      for (const { id, instances } of changed) {
        if (instances.length > 0) lookAgain(id, instances.map(sign).join(), (task) => here && put([task]))
      }
    })
    return () => {
      here = false
      stop()
    }
  }, [round])

  const list = useMemo(() => flat(of), [of])
  return { list, ...told, fault, again: () => setRound((round) => round + 1) }
}

/** Reads page after page. `onPage` answers whether to go on. */
async function readAll(
  onPage: (nodes: TaskWithInstances[], told: { read: number; all: number; complete: boolean }) => boolean,
): Promise<void> {
  let after: string | null = null
  let read = 0
  for (;;) {
    const { grabTasks }: Awaited<ReturnType<typeof page>> = await page(after)
    read += grabTasks.nodes.length
    const complete = !grabTasks.pageInfo.hasNextPage || read >= MOST_TASKS
    if (!onPage(grabTasks.nodes, { read, all: grabTasks.totalCount, complete }) || complete) return
    after = grabTasks.pageInfo.endCursor
  }
}

const page = (after: string | null) => ask(Grabbed, { after })

/** A task of many attempts is told of often; its instances are asked for when they are others than the last time. */
const signs = new Map<string, string>()

async function lookAgain(id: string, now: string, take: (task: TaskWithInstances) => void): Promise<void> {
  if (signs.get(id) === now) return
  signs.set(id, now)
  const data = await ask(GrabbedByTask, { id }).catch(() => undefined)
  // Asked again at the next change of the task.
  if (!data?.grabTask) signs.delete(id)
  else take(data.grabTask)
}

const sign = ({ id, name, publicIps, state }: Pick<Instance, 'id' | 'name' | 'publicIps' | 'state'>) =>
  [id, name, state, ...publicIps].join(' ')

/** Only tasks that have instances are kept. */
function withTasks(of: ReadonlyMap<string, TaskWithInstances>, nodes: readonly TaskWithInstances[]) {
  const next = new Map(of)
  for (const node of nodes) if (node.instances.length > 0) next.set(node.id, node)
  return next
}

/** Newest first. */
function flat(of: ReadonlyMap<string, TaskWithInstances>): GrabbedInstance[] {
  return [...of.values()]
    .flatMap((task) => task.instances.map((instance) => ({ instance, task })))
    .sort((one, other) => other.instance.seenAt.localeCompare(one.instance.seenAt))
}
