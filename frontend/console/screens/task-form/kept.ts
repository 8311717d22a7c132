/** Drafts that outlive a reload and a sign-out, and secrets that do not: these are in memory only, and go with whoever typed them. */
import { useEffect, useState } from 'react'

import { standing } from '../../graphql/session'
import { viewer } from '../../store/viewer'
import { NO_SECRETS, type Secrets } from './draft'

const sealed = new Map<string, Secrets>()

standing.subscribe(() => {
  if (standing.get() === 'stranger') sealed.clear()
})

/** Each user's own: the next one at this browser does not find it. */
const named = (key: string) => `berth:task-form:1:${viewer.get()?.username ?? ''}:${key}`

export function readKept(key: string): unknown {
  try {
    return JSON.parse(sessionStorage.getItem(named(key)) ?? 'null')
  } catch {
    return null
  }
}

/** Undefined: there is nothing worth keeping. */
export function keep(key: string, value: unknown): void {
  if (value === undefined) sessionStorage.removeItem(named(key))
  else sessionStorage.setItem(named(key), JSON.stringify(value))
}

/** When all of it was sent, or is not wanted any more. */
export function dropKept(key: string): void {
  sessionStorage.removeItem(named(key))
  sealed.delete(named(key))
}

export function useSecrets(key: string): [Secrets, (change: Partial<Secrets>) => void] {
  const [secrets, setSecrets] = useState(() => sealed.get(named(key)) ?? NO_SECRETS)
  useEffect(() => {
    if (secrets === NO_SECRETS) sealed.delete(named(key))
    else sealed.set(named(key), secrets)
  }, [key, secrets])
  return [secrets, (change) => setSecrets((have) => ({ ...have, ...change }))]
}
