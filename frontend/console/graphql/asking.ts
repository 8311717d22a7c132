/** A question of a screen: asked when its variables change, shown while it is asked again, told whole when it fails. */
import type { TadaDocumentNode } from 'gql.tada'
import { useCallback, useEffect, useRef, useState } from 'react'

import { useLanguage } from '../i18n/language'
import { client } from './client'
import { type Fault, faultOf } from './fault'

export interface Answer<Data> {
  data: Data | undefined
  fault: Fault | undefined
  /** It is being asked, perhaps with older data still there. */
  asking: boolean
  again(): void
  /** Changes what is shown, by a feed or by what a command answered. */
  change(how: (data: Data) => Data): void
}

interface Asking {
  /** Not asked as long as this does not hold. */
  when?: boolean
}

export function useAsk<Data, Variables>(
  document: TadaDocumentNode<Data, Variables>,
  variables: Variables,
  { when = true }: Asking = {},
): Answer<Data> {
  const [data, setData] = useState<Data>()
  const [fault, setFault] = useState<Fault>()
  const [asking, setAsking] = useState(when)
  const [round, setRound] = useState(0)
  // What the server says in words comes in the language that it was asked in.
  const language = useLanguage()
  const key = JSON.stringify(variables)
  const asked = useRef('')

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked anew when somebody says so, or speaks another language
  useEffect(() => {
    if (!when) return
    let here = true
    // Another question: what is shown does not answer it. The same one again: it stays until the new answer is there.
    if (asked.current !== key) setData(undefined)
    asked.current = key
    setAsking(true)
    ask(document, JSON.parse(key) as Variables).then(
      (answer) => {
        if (!here) return
        setData(answer)
        setFault(undefined)
        setAsking(false)
      },
      (error: unknown) => {
        if (!here) return
        setFault(error as Fault)
        setAsking(false)
      },
    )
    return () => {
      here = false
    }
  }, [document, key, when, round, language])

  const again = useCallback(() => setRound((round) => round + 1), [])
  const change = useCallback((how: (data: Data) => Data) => {
    setData((data) => (data === undefined ? data : how(data)))
  }, [])
  return { data, fault, asking, again, change }
}

/** Asks once. Throws a `Fault`. */
export async function ask<Data, Variables>(
  document: TadaDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const { data, error } = await client.query(document, variables as object).toPromise()
  if (error || !data) throw faultOf(error)
  return data as Data
}
