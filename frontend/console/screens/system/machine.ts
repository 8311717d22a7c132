/**
 * What the machine does: as it was over a range, and then live. Live measurements are not from the log; whoever missed some asks again for
 * what was measured meanwhile.
 */
import { useCallback, useEffect, useRef, useState } from 'react'

import { ask } from '../../graphql/asking'
import { serverNow } from '../../graphql/clock'
import type { Fault } from '../../graphql/fault'
import { useFeed } from '../../graphql/feed'
import { paused } from '../../graphql/pausing'
import { Measured, Measuring, type Sample } from './documents'
import { joined, type Point, pointOf, pointsOf, RANGES, type Range, secondsOf, withOne } from './samples'

/** They come each two seconds: after so long, some are missing. */
const BREAK_SECONDS = 10

const NONE: Point[] = []

export interface Machine {
  points: Point[]
  newest: Sample | undefined
  fault: Fault | undefined
  /** What was measured before is not there yet. */
  waiting: boolean
  again(): void
}

interface Measurements {
  range: Range
  points: Point[]
  /** What was measured before is among them. */
  asked: boolean
}

/** What is asked for a range that ends now. */
export const askedFor = (range: Range) => ({
  range: { from: new Date(serverNow() - RANGES[range].seconds * 1_000).toISOString() },
  points: pointsOf(range),
})

export function useMachine(range: Range): Machine {
  const [measured, setMeasured] = useState<Measurements>({ range, points: NONE, asked: false })
  const [newest, setNewest] = useState<Sample>()
  const [fault, setFault] = useState<Fault>()
  const [round, setRound] = useState(0)
  const heard = useRef<number>(undefined)
  const again = useCallback(() => setRound((round) => round + 1), [])

  // Points of another range do not go with those of this one.
  const isThis = measured.range === range
  const points = isThis ? measured.points : NONE
  const setPoints = useCallback(
    (how: (points: Point[]) => Point[], asked: boolean) =>
      setMeasured((before) => {
        const has = before.range === range ? before : { points: NONE, asked: false }
        return { range, points: how(has.points), asked: asked || has.asked }
      }),
    [range],
  )

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round asks the same again
  useEffect(() => {
    let here = true
    ask(Measured, askedFor(range)).then(
      ({ systemMetrics }) => {
        if (!here) return
        const { width } = RANGES[range]
        const found = systemMetrics.map((sample) => pointOf(sample, width))
        setPoints((live) => joined(found, live), true)
        setNewest((newest) => newest ?? systemMetrics.at(-1))
        setFault(undefined)
      },
      (error: unknown) => here && setFault(error as Fault),
    )
    return () => {
      here = false
    }
  }, [range, round, setPoints])

  useFeed(Measuring, { variables: {}, pausable: false }, ({ systemMetrics: sample }) => {
    // A page that is held keeps nothing for later: what was measured meanwhile is asked for when it goes on.
    if (paused.get()) return
    const at = secondsOf(sample)
    if (heard.current !== undefined && at - heard.current > BREAK_SECONDS) again()
    heard.current = at
    setNewest(sample)
    setPoints((points) => withOne(points, sample, range), false)
  })
  return { points, newest, fault, again, waiting: !fault && !(isThis && measured.asked) }
}
