/** What kind of event each version of a stream is, as far as somebody looked. */
import { useEffect, useReducer, useRef } from 'react'
import { ask, useAsk } from '../../graphql/asking'
import type { Fault } from '../../graphql/fault'
import { useFeed } from '../../graphql/feed'
import { Appended, PositionOf, StreamEnd, Versions } from './documents'

export interface Known {
  type: string
  position: string
  time: string
}

export interface History {
  /** The newest version. Undefined: not known yet; null: there is no such stream. */
  last: number | null | undefined
  fault: Fault | undefined
  again(): void
  known: ReadonlyMap<number, Known>
  /** Grows with what is known. */
  edition: number
  /** Learns what stands there. */
  learn(first: number, last: number): void
}

const PAGE = 500
/** More than this is not kept, and a wider look is not coloured. */
const KEPT = 30_000
export const COLOURED = 4_000

export function useHistory(stream: string): History {
  const { data, fault, again } = useAsk(StreamEnd, { streamId: stream })
  const known = useRef(new Map<number, Known>())
  const newest = useRef(0)
  const [edition, grow] = useReducer((edition: number) => edition + 1, 0)
  const end = data?.streamSnapshot
  newest.current = Math.max(newest.current, end?.version ?? 0)
  useFeed(
    Appended,
    {
      variables: { after: end?.position, filter: { streamId: [stream] } },
      when: Boolean(end),
    },
    ({ eventAppended: { events } }) => {
      if (events.length === 0) return
      for (const { version, type, position, time } of events) {
        known.current.set(version, { type, position, time })
        newest.current = Math.max(newest.current, version)
      }
      grow()
    },
  )
  const learn = useLearning(stream, known.current, grow)
  return {
    last: data ? (end ? newest.current : null) : undefined,
    fault,
    again,
    known: known.current,
    edition,
    learn,
  }
}

/** One look at a time; of several that wait, the newest. */
function useLearning(stream: string, known: Map<number, Known>, grow: () => void): History['learn'] {
  const busy = useRef(false)
  const next = useRef<[number, number]>(undefined)
  const here = useRef(true)
  useEffect(() => {
    here.current = true
    return () => {
      here.current = false
    }
  }, [])
  const learn = useRef((first: number, last: number) => {
    next.current = [first, last]
    if (!busy.current) void run()
  })
  const run = async () => {
    busy.current = true
    while (next.current && here.current) {
      const [first, last] = next.current
      next.current = undefined
      const learned = await learnPage(stream, known, first, last).catch(() => false)
      if (learned) grow()
      // There may be more than a page of it.
      if (learned) next.current ??= [first, last]
    }
    busy.current = false
  }
  return learn.current
}

/** The first page that is missing. False: there is none, or it cannot be had. */
async function learnPage(
  streamId: string,
  known: Map<number, Known>,
  first: number,
  last: number,
): Promise<boolean> {
  let missing = Math.max(1, first)
  while (missing <= last && known.has(missing)) missing += 1
  if (missing > last) return false
  const after = known.get(missing - 1)?.position ?? (await positionOf(streamId, missing - 1))
  const { events } = await ask(Versions, { streamId, after, first: PAGE })
  if (known.size > KEPT) known.clear()
  // Between two that are there, what is missing was released when the books were closed.
  let expected = missing
  for (const { version, type, position, time } of events.nodes) {
    for (; expected < version; expected += 1) known.set(expected, { type: '', position, time })
    known.set(version, { type, position, time })
    expected = version + 1
  }
  return events.nodes.length > 0
}

async function positionOf(streamId: string, version: number): Promise<string> {
  if (version === 0) return '0'
  const { streamSnapshot } = await ask(PositionOf, { streamId, version })
  return streamSnapshot?.position ?? '0'
}
