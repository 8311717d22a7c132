import type { Fetcher } from '@graphiql/toolkit'
import { type DocumentNode, Kind, parse } from 'graphql'

/**
 * The editor learns the name of a tab's operation a moment after the tab is opened. Whoever runs it at once would run it under the name of the
 * tab before, so a document with one operation is asked for by its own name.
 */
export function byItsOwnName(fetcher: Fetcher): Fetcher {
  return (params, options) => {
    const document = read(params.query)
    const operations = document?.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION) ?? []
    const [only] = operations
    if (!document || operations.length !== 1 || only?.kind !== Kind.OPERATION_DEFINITION) {
      return fetcher(params, options)
    }
    const named = { ...params, operationName: only.name?.value ?? null }
    return fetcher(named, { ...options, documentAST: document })
  }
}

function read(query: string): DocumentNode | undefined {
  try {
    return parse(query)
  } catch {
    // The server says what is wrong with it.
    return undefined
  }
}
