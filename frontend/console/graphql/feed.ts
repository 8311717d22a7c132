/**
 * A feed that goes on where it was. A page says the position it is true as of, the feed is asked for what comes after it, and every batch
 * says where it ends: nothing is lost and nothing comes twice, however often the connection breaks.
 */
import { stringifyDocument } from '@urql/core'
import type { TadaDocumentNode } from 'gql.tada'
import { useEffect, useRef } from 'react'

import { resume } from '../../shared/resume'
import { whenRunning } from './pausing'
import { socket } from './socket'

export interface Following<Variables> {
  variables: Variables
  /** Not before this holds: the position after which to go on is not known yet. */
  when?: boolean
  /** How much a batch adds to what waits while the page is paused. Absent: the feed is not paused. */
  weigh?: boolean
}

/** Follows without a component. Ends when what it returns is called. */
export function follow<Data, Variables>(
  document: TadaDocumentNode<Data, Variables>,
  variables: Variables,
  onBatch: (data: Data) => void,
): () => void {
  const wanted = { query: stringifyDocument(document), variables: variables as Record<string, unknown> }
  const { payload, sink } = resume<Data, unknown>(wanted, {
    next: ({ data }) => {
      if (data) onBatch(data)
    },
    // A question that the server does not take is a mistake of ours. The end of a socket is none: whoever is signed out is asked in.
    error: (error) => {
      if (Array.isArray(error)) console.error('feed', error)
    },
    complete: () => {},
  })
  return socket.subscribe<Data, unknown>(payload, sink)
}

/** Follows as long as the component is there and the variables stay equal. `onBatch` may be a new function each time. */
export function useFeed<Data, Variables>(
  document: TadaDocumentNode<Data, Variables>,
  { variables, when = true, weigh = true }: Following<Variables>,
  onBatch: (data: Data) => void,
): void {
  const newest = useRef(onBatch)
  newest.current = onBatch
  const key = JSON.stringify(variables)
  useEffect(() => {
    if (!when) return
    return follow(document, JSON.parse(key) as Variables, (data) => {
      if (weigh) whenRunning(1, () => newest.current(data))
      else newest.current(data)
    })
  }, [document, key, when, weigh])
}
