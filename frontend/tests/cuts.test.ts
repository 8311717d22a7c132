/** graphql-ws through a network that breaks: while events are made, every connection is cut twice. */
import { afterAll, beforeAll, expect, test } from 'vitest'

import { resume } from '../common/resume'
import { makeEvent } from './support/events'
import { type Relay, startRelay } from './support/relay'
import { type Server, startServer } from './support/server'
import { connect } from './support/socket'
import { until } from './support/until'

const EVENTS = 60
const CUT_AT = [20, 40]
/** So many events are made while nobody is connected: without resuming, these are lost. */
const MISSED = 5

const TAIL = `subscription Tail($after: EventPosition) {
  eventAppended(after: $after, filter: { type: ["profile.created"] }) { position caughtUp events { position } }
}`

let server: Server
let relay: Relay
beforeAll(async () => {
  server = await startServer()
  relay = await startRelay(server.url)
})
afterAll(async () => {
  relay?.stop()
  await server?.stop()
})

interface Batch {
  eventAppended: { events: { position: string }[] }
}

/** Makes events, cuts twice, and answers what was made and what was seen by the end. */
async function throughTwoCuts(name: string, wrap: typeof resume) {
  const made: number[] = []
  const seen: number[] = []
  let [connects, level] = [0, false]
  const client = connect(relay.url, server.token, {
    retryWait: () => {
      const then = made.length
      return until(() => made.length >= Math.min(then + MISSED, EVENTS))
    },
    on: {
      connected: () => {
        connects += 1
        level = false
      },
    },
  })
  const feed = wrap(
    { query: TAIL, variables: {} },
    {
      next: ({ data }) => {
        level = true
        seen.push(
          ...((data as Batch | null)?.eventAppended.events ?? []).map(({ position }) => Number(position)),
        )
      },
      error: (error) => {
        throw error
      },
      complete: () => {},
    },
  )
  const end = client.subscribe(feed.payload, feed.sink)
  await until(() => level)
  const cuts: number[] = []
  for (let number = 1; number <= EVENTS; number += 1) {
    // The last cut is healed before the next one, and before the last event: the feed has told that it is level again.
    if (CUT_AT.includes(number)) {
      await until(() => level && connects === cuts.length + 1)
      cuts.push(relay.cut())
    }
    if (number === EVENTS) await until(() => level && connects === CUT_AT.length + 1)
    made.push(await makeEvent(server, `${name} ${number}`))
  }
  await until(() => seen.includes(made.at(-1) ?? 0))
  end()
  const gaps = made.filter((position) => !seen.includes(position))
  const doubles = seen.filter((position, index) => seen.indexOf(position) !== index)
  console.log(
    `${name}: ${made.length} made, ${seen.length} seen, ${cuts.length} cuts, ${gaps.length} gaps, ${doubles.length} doubles`,
  )
  return { made, seen, gaps, doubles, cuts, connects }
}

test('with the position sent again at each connect there is no gap and no double', async () => {
  const run = await throughTwoCuts('resumed', resume)
  expect(run.cuts).toEqual([1, 1])
  expect(run.connects).toBe(3)
  expect(run.gaps).toEqual([])
  expect(run.doubles).toEqual([])
  expect(run.seen).toEqual(run.made)
})

test('without it the same cuts lose events, so the test above could fail', async () => {
  const run = await throughTwoCuts('not resumed', (payload, sink) => ({ payload, sink }))
  expect(run.gaps.length).toBeGreaterThanOrEqual(MISSED)
})
