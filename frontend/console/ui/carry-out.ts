/** A command of a button or switch, which has no form beneath it: what went wrong is said at the edge of the page. */
import type { TadaDocumentNode } from 'gql.tada'

import { refusalsOf, tell } from '../graphql/command'
import type { Fault } from '../graphql/fault'
import { sayFault, sayRefused } from './toast'

/** Answers what came of it, or nothing when it was not done. */
export async function carryOut<Data extends object, Variables>(
  document: TadaDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data | undefined> {
  try {
    const data = await tell(document, variables)
    const refusals = refusalsOf(data)
    if (refusals.length === 0) return data
    sayRefused(refusals)
  } catch (fault) {
    sayFault(fault as Fault)
  }
  return undefined
}
