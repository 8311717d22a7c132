/** Where the log ends, live: the only number of this screen that is never narrowed. It changes often, so only who shows it hears of it. */
import { useEffect, useState } from 'react'

import { useAsk } from '../../graphql/asking'
import { useFeed } from '../../graphql/feed'
import { type Value, value } from '../../store/value'
import { Head, HeadFeed } from './documents'

export interface LogHead {
  /** Undefined: not known yet. */
  position: Value<string | undefined>
  sizeBytes: number
}

export function useHead(when: boolean): LogHead {
  const { data } = useAsk(Head, {}, { when })
  const [position] = useState(() => value<string | undefined>(undefined))
  const after = data?.eventLog.head
  useEffect(() => {
    if (after !== undefined) position.set(later(position.get(), after))
  }, [after, position])
  useFeed(
    HeadFeed,
    { variables: { after }, when: after !== undefined, pausable: false },
    ({ eventAppended }) => position.set(later(position.get(), eventAppended.position)),
  )
  return { position, sizeBytes: data?.eventLog.sizeBytes ?? 0 }
}

const later = (one: string | undefined, other: string) =>
  one !== undefined && BigInt(one) > BigInt(other) ? one : other
