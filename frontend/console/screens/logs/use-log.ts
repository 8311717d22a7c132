import { useEffect, useState } from 'react'

import { serverNow } from '../../graphql/clock'
import { useLanguage } from '../../i18n/language'
import type { LogsSearch } from '../search'
import { Log } from './log'
import { filterOf } from './question'

interface Asked {
  /** The newest that was answered: what is shown stays until the next has its first page. */
  log: Log | undefined
  /** How many lines were written too fast to be told. */
  skipped: number
  asking: boolean
  again(): void
}

export function useLog(search: LogsSearch): Asked {
  const [log, setLog] = useState<Log>()
  const [asking, setAsking] = useState(true)
  const [{ round, skipped }, setRound] = useState({ round: 0, skipped: 0 })
  const language = useLanguage()
  const key = JSON.stringify(search)

  // biome-ignore lint/correctness/useExhaustiveDependencies: the server says messages in the language it is asked in
  useEffect(() => {
    let here = true
    const anew = (skipped: number) => setRound(({ round }) => ({ round: round + 1, skipped }))
    const next = new Log(filterOf(JSON.parse(key) as LogsSearch, serverNow()), anew)
    setAsking(true)
    void next.open().then(() => {
      if (!here) return
      setLog(next)
      setAsking(false)
    })
    return () => {
      here = false
      next.stop()
    }
  }, [key, round, language])

  return { log, skipped, asking, again: () => setRound(({ round }) => ({ round: round + 1, skipped: 0 })) }
}
