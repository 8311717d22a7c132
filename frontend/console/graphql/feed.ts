/**
 * A feed that goes on where it was. A page says the position it is true as of, the feed is asked for what comes after it, and every batch
 * says where it ends: nothing is lost and nothing comes twice, however often the connection breaks.
 */
import { stringifyDocument } from '@urql/core'
import type { TadaDocumentNode } from 'gql.tada'
import { useEffect, useRef } from 'react'

import { pause } from '../../common/pause'
import { resume } from '../../common/resume'
import { type Fault, faultOfFeed } from './fault'
import { whenRunning } from './pausing'
import { session } from './session'
import { socket } from './socket'

interface Following<Variables> {
  variables: Variables
  /** Not before this holds: the position after which to go on is not known yet. */
  when?: boolean
  /** Held while the page is paused. False: the screen holds it itself. */
  pausable?: boolean
}

/**
 * Follows without a component, until what it returns is called. Whatever ends the feed but that (the end of a session, a refusal, a server that
 * drains), it is begun again where it was: once somebody is signed in, and after a pause. With `onEnd` it is not: what was asked has an end, and why
 * it came to it is told.
 */
export function follow<Data, Variables>(
  document: TadaDocumentNode<Data, Variables>,
  variables: Variables,
  onBatch: (data: Data) => void,
  onEnd?: (fault: Fault | undefined) => void,
): () => void {
  const wanted = { query: stringifyDocument(document), variables: variables as Record<string, unknown> }
  let [isOver, failures] = [false, 0]
  let stop = () => {}
  const begin = () => {
    if (!isOver) stop = socket.subscribe<Data, unknown>(payload, sink)
  }
  const again = async () => {
    // First whoever else hears of the end: the form is shown by then, if it is the session's.
    await pause(failures)
    failures += 1
    await session.whenSignedIn()
    begin()
  }
  const end = (error: unknown) => {
    if (!isOver) onEnd?.(error ? faultOfFeed(error) : undefined)
    isOver = true
  }
  const { payload, sink } = resume<Data, unknown>(wanted, {
    next: ({ data, errors }) => {
      if (errors && onEnd) end(errors)
      if (!data) return
      failures = 0
      onBatch(data)
    },
    error: (error) => (onEnd ? end(error) : void again()),
    complete: () => (onEnd ? end(undefined) : void again()),
  })
  begin()
  return () => {
    isOver = true
    stop()
  }
}

/** Follows as long as the component is there and the variables stay equal. `onBatch` may be a new function each time. */
export function useFeed<Data, Variables>(
  document: TadaDocumentNode<Data, Variables>,
  { variables, when = true, pausable = true }: Following<Variables>,
  onBatch: (data: Data) => void,
): void {
  const newest = useRef(onBatch)
  newest.current = onBatch
  const key = JSON.stringify(variables)
  useEffect(() => {
    if (!when) return
    // What waits while the page is held is of the question that it was asked for, and of no later one.
    let here = true
    const tell = (data: Data) => here && newest.current(data)
    const stop = follow(document, JSON.parse(key) as Variables, (data) => {
      if (pausable) whenRunning(1, () => tell(data))
      else tell(data)
    })
    return () => {
      here = false
      stop()
    }
  }, [document, key, when, pausable])
}
