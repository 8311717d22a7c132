/** The log as a list: its newest page, what comes after it, and what was before. */
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'

import { ask } from '../../graphql/asking'
import type { Fault } from '../../graphql/fault'
import { useFeed } from '../../graphql/feed'
import { useLanguage } from '../../i18n/language'
import type { Value } from '../../store/value'
import { Appended, LogPage } from './documents'
import { begin, type Log, shown, withNewer, withOlder } from './log'
import type { Filter } from './query'

const PAGE = 100

export interface Reading {
  log: Log | undefined
  fault: Fault | undefined
  /** Reads on, further back. */
  older(): void
  /** What waited is shown; where too much did, the list begins anew. */
  newer(): void
  again(): void
  /** Whether the newest is looked at: then what comes is shown at once. */
  setAtTop(atTop: boolean): void
}

/** `head`: a position of now, from before the page is asked for, so that nothing falls between the page and the feed. */
export function useLog(filter: Filter, head: Value<string | undefined>): Reading {
  const key = JSON.stringify(filter)
  const language = useLanguage()
  const [round, setRound] = useState(0)
  const [log, setLog] = useState<Log>()
  const [after, setAfter] = useState<string>()
  const [fault, setFault] = useState<Fault>()
  const atTop = useRef(true)
  const known = useSyncExternalStore(head.subscribe, () => head.get() !== undefined)

  // biome-ignore lint/correctness/useExhaustiveDependencies: another round asks the same again
  useEffect(() => {
    if (!known) return
    let here = true
    const from = head.get()
    atTop.current = true
    setFault(undefined)
    ask(LogPage, { last: PAGE, filter: JSON.parse(key) }).then(
      ({ events }) => {
        if (!here) return
        setLog(begin(events))
        setAfter(from)
      },
      (fault: Fault) => here && setFault(fault),
    )
    return () => {
      here = false
      setLog(undefined)
      setAfter(undefined)
    }
  }, [key, language, head, known, round])

  useFeed(Appended, { variables: { after, filter }, when: after !== undefined }, ({ eventAppended }) =>
    setLog((log) => log && withNewer(log, eventAppended.events, atTop.current)),
  )

  const again = useCallback(() => setRound((round) => round + 1), [])
  const older = useOlder(key, log, setLog, setFault)
  const newer = useCallback(() => {
    if (log && log.passed > 0) again()
    else setLog((log) => log && shown(log))
  }, [log, again])
  const setAtTop = useCallback((is: boolean) => {
    atTop.current = is
    if (is) setLog((log) => (log && log.passed === 0 ? shown(log) : log))
  }, [])
  return { log, fault, older, newer, again, setAtTop }
}

type Set<T> = (how: (before: T) => T) => void

function useOlder(
  key: string,
  log: Log | undefined,
  setLog: Set<Log | undefined>,
  setFault: (fault: Fault | undefined) => void,
): () => void {
  const before = log?.older
  const under = useRef('')
  const newestKey = useRef(key)
  newestKey.current = key
  return useCallback(() => {
    const wanted = `${before} ${key}`
    if (before == null || under.current === wanted) return
    under.current = wanted
    ask(LogPage, { last: PAGE, before, filter: JSON.parse(key) })
      .then(
        // Another list may stand there by now.
        ({ events }) => {
          if (newestKey.current === key)
            setLog((log) => (log?.older === before ? withOlder(log, events) : log))
        },
        (fault: Fault) => setFault(fault),
      )
      .finally(() => {
        under.current = ''
      })
  }, [before, key, setLog, setFault])
}
