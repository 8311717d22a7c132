/** Who listens to which id: a row hears of its own thing, and of no other. */
import { useCallback, useSyncExternalStore } from 'react'

export interface Listeners {
  /** Whether anybody listens to it: it is on the page. */
  has(id: string): boolean
  tell(id: string): void
  /** Until what it returns is called. */
  listen(id: string, listener: () => void): () => void
}

export function listenersById(): Listeners {
  const all = new Map<string, Set<() => void>>()
  return {
    has: (id) => all.has(id),
    tell(id) {
      for (const listener of all.get(id) ?? []) listener()
    },
    listen(id, listener) {
      const of = all.get(id) ?? new Set()
      all.set(id, of.add(listener))
      return () => {
        of.delete(listener)
        if (of.size === 0) all.delete(id)
      }
    },
  }
}

/** What is kept under an id, live. */
export function useById<T>({ listen }: Listeners, id: string, read: (id: string) => T): T {
  const subscribe = useCallback((listener: () => void) => listen(id, listener), [listen, id])
  return useSyncExternalStore(subscribe, () => read(id))
}
