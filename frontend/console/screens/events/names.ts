/** What the things are called that streams are about: asked once for each, many at a time. */
import { useSyncExternalStore } from 'react'

import { ask } from '../../graphql/asking'
import { tasks } from '../../store/tasks'
import { Names } from './documents'
import { thingOf } from './query'

/** Those that have a name to ask for. */
const NAMED = /^(grab|tenant|profile|channel)_/
/** More than this is not kept. */
const MOST = 5_000

const names = new Map<string, string>()
const wanted = new Set<string>()
const listeners = new Set<() => void>()
let soon = false

async function fetchNames(): Promise<void> {
  const ids = [...wanted].slice(0, 100)
  for (const id of ids) wanted.delete(id)
  soon = false
  if (wanted.size > 0) fetchSoon()
  if (names.size > MOST) names.clear()
  // Nobody waits for a name: where it is not found, the id says enough.
  for (const id of ids) names.set(id, '')
  const { nodes } = await ask(Names, { ids }).catch(() => ({ nodes: [] }))
  for (const node of nodes) if (node && 'name' in node) names.set(node.id, node.name)
  for (const listener of listeners) listener()
}

function fetchSoon(): void {
  if (soon) return
  soon = true
  setTimeout(fetchNames, 20)
}

function nameOf(stream: string): string {
  const id = thingOf(stream)
  const name = tasks.get(id)?.name ?? names.get(id)
  if (name === undefined && NAMED.test(id)) {
    wanted.add(id)
    fetchSoon()
  }
  return name ?? ''
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Empty: it has none, or it is not known yet. */
export function useName(stream: string): string {
  return useSyncExternalStore(subscribe, () => nameOf(stream))
}
