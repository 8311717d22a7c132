/** Commands: told once, each with an id of its own; what the server refuses comes back as data. */
import { stringifyDocument } from '@urql/core'
import type { TadaDocumentNode } from 'gql.tada'
import { useCallback, useState } from 'react'

import { client, freshId } from './client'
import { type Fault, faultOf } from './fault'

/** Why the server refused, at which field of the input, and what to do. */
export interface Refusal {
  code: string
  field?: string[] | null
  message: string
  hint?: string | null
}

interface Told {
  userErrors: Refusal[]
}

/** Tells the server. Throws a `Fault`; refusals are in the answer. */
export async function tell<Data, Variables>(
  document: TadaDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const text = stringifyDocument(document)
  const key = digest(text + JSON.stringify(variables))
  const named = NAMELESS.test(text) ? variables : withId(key, variables)
  const { data, error } = await client.mutation(document, named as object).toPromise()
  if (error || !data) throw faultOf(error)
  lost.delete(key)
  return data as Data
}

/** Commands without an answer so far, and their ids: the same one told again has the same id, and is done once. */
const lost = new Map<string, string>()

/** More than these nobody has lost. */
const REMEMBERED = 50

function withId<Variables>(key: string, variables: Variables): Variables {
  const { input } = variables as { input?: Record<string, unknown> }
  if (!input) return variables
  const commandId = lost.get(key) ?? freshId()
  lost.set(key, commandId)
  const oldest = lost.size > REMEMBERED ? lost.keys().next().value : undefined
  if (oldest) lost.delete(oldest)
  return { ...variables, input: { ...input, commandId } }
}

/** Tells two commands apart without keeping what they say: a key or a password may stand in it. FNV-1a, twice 32 bits. */
function digest(text: string): string {
  const [one, two] = [...text].reduce(
    ([one, two], letter) => {
      const code = letter.codePointAt(0) ?? 0
      return [Math.imul(one ^ code, 0x01000193), Math.imul(two ^ (code + one), 0x01000193)]
    },
    [0x811c9dc5, 0x2f0b4a1d],
  )
  return `${one}:${two}`
}

/** Inputs without a `commandId`: what leaves nothing in the log that could be there twice. */
const NAMELESS = /\b(sessionCreate|setupComplete|notificationChannelTest)\(/

export interface Command<Data, Variables> {
  run(variables: Variables): Promise<Data | undefined>
  busy: boolean
  refusals: Refusal[]
  fault: Fault | undefined
  forget(): void
}

/** A command of a form: what was refused stands until the next try. */
export function useCommand<Data extends Record<string, Told | unknown>, Variables>(
  document: TadaDocumentNode<Data, Variables>,
): Command<Data, Variables> {
  const [busy, setBusy] = useState(false)
  const [refusals, setRefusals] = useState<Refusal[]>([])
  const [fault, setFault] = useState<Fault>()
  const forget = useCallback(() => {
    setRefusals([])
    setFault(undefined)
  }, [])
  const run = useCallback(
    async (variables: Variables) => {
      setBusy(true)
      forget()
      try {
        const data = await tell(document, variables)
        const refused = refusalsOf(data)
        setRefusals(refused)
        return refused.length > 0 ? undefined : data
      } catch (error) {
        setFault(error as Fault)
        return undefined
      } finally {
        setBusy(false)
      }
    },
    [document, forget],
  )
  return { run, busy, refusals, fault, forget }
}

/** All that was refused, of every field of the answer. */
export function refusalsOf(data: object): Refusal[] {
  return Object.values(data).flatMap((payload) => (payload as Told | null)?.userErrors ?? [])
}
