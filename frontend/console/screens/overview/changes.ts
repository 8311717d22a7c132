/** What changed lately, newest first. Attempts are no changes: they are counted, and seen in the bars. */
import { useMemo } from 'react'

import { type Answer, useAsk } from '../../graphql/asking'
import { serverNow } from '../../graphql/clock'
import { useFeed } from '../../graphql/feed'
import type { ResultOf } from '../../graphql/graphql'
import { whenRunning } from '../../graphql/pausing'
import { Changes, type Entry, Written } from './documents'

const KEPT = 40
const DAY_MS = 86_400_000

type Found = ResultOf<typeof Changes>

export function useChanges(): Pick<Answer<Found>, 'fault' | 'again'> & { entries: Entry[] | undefined } {
  const since = useMemo(() => new Date(serverNow() - DAY_MS).toISOString(), [])
  const { data, fault, again, change } = useAsk(Changes, { since: { from: since } })
  useFeed(
    Written,
    { variables: { after: data?.system.position ?? null }, when: data !== undefined, pausable: false },
    ({ logAppended: { entries } }) => {
      const changes = entries.filter(isChange)
      if (changes.length > 0)
        whenRunning(changes.length, () => change((found) => withChanges(found, changes)))
    },
  )
  const entries = useMemo(() => data && timeline(data), [data])
  return { entries, fault, again }
}

const withChanges = (found: Found, changes: Entry[]): Found => ({
  ...found,
  tasks: { nodes: [...changes, ...found.tasks.nodes].slice(0, 5 * KEPT) },
})

/** What comes again and again while all is well: being slowed down, tests that pass, and what a look at the cloud showed. */
const ROUTINE = [
  'tenant.throttled',
  'tenant.test_passed',
  'tenant.limits_observed',
  'tenant.regions_observed',
]

const isChange = ({ key }: Entry) =>
  !key.startsWith('attempt.') && !key.startsWith('preparation.') && !ROUTINE.includes(key)

const idOf = ({ position, index }: Entry) => `${position} ${index}`

/** Each once, newest first, equal neighbours as one. */
function timeline({ system, tasks, got, grave }: Found): Entry[] {
  const all = [...system.nodes, ...tasks.nodes, ...got.nodes, ...grave.nodes].filter(isChange)
  const once = [...new Map(all.map((entry) => [idOf(entry), entry])).values()]
  return once.sort(newestFirst).reduce<Entry[]>(folded, []).slice(0, KEPT)
}

function newestFirst(one: Entry, other: Entry): number {
  const [left, right] = [BigInt(one.position), BigInt(other.position)]
  return left === right ? other.index - one.index : left < right ? 1 : -1
}

function folded(entries: Entry[], entry: Entry): Entry[] {
  const last = entries.at(-1)
  const alike =
    last?.key === entry.key &&
    last.message === entry.message &&
    last.task?.id === entry.task?.id &&
    last.tenant?.id === entry.tenant?.id
  if (!last || !alike) return [...entries, entry]
  return [...entries.slice(0, -1), { ...last, repeatCount: last.repeatCount + entry.repeatCount }]
}
