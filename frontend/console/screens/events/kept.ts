/** The last answers, kept: history does not change, so stepping back costs nothing. */
import { useEffect, useRef, useState } from 'react'

import type { Fault } from '../../graphql/fault'

export class Kept<T> {
  private readonly values = new Map<string, T>()
  private readonly asked = new Map<string, Promise<T>>()

  constructor(private readonly most: number) {}

  peek(key: string): T | undefined {
    return this.values.get(key)
  }

  put(key: string, value: T): void {
    this.values.delete(key)
    this.values.set(key, value)
    for (const oldest of this.values.keys()) {
      if (this.values.size <= this.most) break
      this.values.delete(oldest)
    }
  }

  /** Asked once, however many want it. */
  get(key: string, load: () => Promise<T>): Promise<T> {
    const have = this.values.get(key)
    if (have !== undefined) return Promise.resolve(have)
    const under = this.asked.get(key)
    if (under) return under
    const asked = load()
      .then((value) => {
        this.put(key, value)
        return value
      })
      .finally(() => this.asked.delete(key))
    this.asked.set(key, asked)
    return asked
  }
}

interface Shown<T> {
  /** Until the new one is there, the one before it. */
  value: T | undefined
  fresh: boolean
  fault: Fault | undefined
}

/** One of them. At once if it is there; else what was shown stays until it is. */
export function useKept<T>(kept: Kept<T>, key: string | undefined, load: () => Promise<T>): Shown<T> {
  const [came, setCame] = useState<{ key: string; fault?: Fault }>()
  const before = useRef<T>(undefined)
  const newest = useRef(load)
  newest.current = load
  useEffect(() => {
    if (key === undefined || kept.peek(key) !== undefined) return
    let here = true
    kept.get(key, newest.current).then(
      () => here && setCame({ key }),
      (fault: Fault) => here && setCame({ key, fault }),
    )
    return () => {
      here = false
    }
  }, [kept, key])
  const value = key === undefined ? undefined : kept.peek(key)
  if (value !== undefined) before.current = value
  const fault = value === undefined && came?.key === key ? came?.fault : undefined
  return { value: value ?? before.current, fresh: value !== undefined, fault }
}
