/** GraphQL clients that people use, against the real server. */
import { Client, fetchExchange, gql, subscriptionExchange } from '@urql/core'
import { buildClientSchema, getIntrospectionQuery } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { makeEvent, PROFILE_CREATE, profile } from './support/events'
import { type Server, startServer } from './support/server'
import { connect } from './support/socket'
import { until } from './support/until'

let server: Server
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.stop())

function urql(): Client {
  const socket = connect(server.url, server.token)
  return new Client({
    url: `${server.url}/graphql`,
    preferGetMethod: false,
    fetchOptions: { headers: { authorization: `Bearer ${server.token}` } },
    exchanges: [
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query, variables }) => ({
          subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query: query ?? '', variables }, sink) }),
        }),
      }),
    ],
  })
}

test('urql asks, tells, and watches what it told', async () => {
  const client = urql()
  const before = await client.query(gql`{ eventLog { head } server { version } }`, {})
  expect(before.error).toBeUndefined()
  const watched: { position: string; type: string }[] = []
  const tail = gql`subscription Tail($after: EventPosition) {
    eventAppended(after: $after) { events { position type } }
  }`
  const feed = client
    .subscription(tail, { after: before.data.eventLog.head })
    .subscribe(({ data, error }) => {
      expect(error).toBeUndefined()
      watched.push(...data.eventAppended.events)
    })
  const told = await client.mutation(gql(PROFILE_CREATE), profile('urql'))
  const { position, userErrors } = told.data.launchProfileCreate
  expect(userErrors).toEqual([])
  await until(() => watched.some((event) => event.position === position))
  feed.unsubscribe()
  console.log(`urql: head ${before.data.eventLog.head}, told ${position}, watched`, watched)
})

test('urql is told why it is refused', async () => {
  const headers = { authorization: 'Bearer berth_wrong' }
  const stranger = new Client({
    url: `${server.url}/graphql`,
    preferGetMethod: false,
    fetchOptions: { headers },
    exchanges: [fetchExchange],
  })
  const { error } = await stranger.query(gql`{ server { version } }`, {})
  expect(error?.graphQLErrors[0]?.extensions.code).toBe('UNAUTHENTICATED')
  expect(error?.response?.status).toBe(401)
})

test('the introspection that GraphiQL sends passes the limits of the server', async () => {
  const answer = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      query: getIntrospectionQuery({ schemaDescription: true, inputValueDeprecation: true }),
    }),
  })
  const { data, errors } = await answer.json()
  expect(errors).toBeUndefined()
  expect(buildClientSchema(data).getQueryType()?.getFields()).toHaveProperty('grabTasks')
})

test('a socket that bears the wrong token is closed with 4403, and one with the right token then works', async () => {
  const wrong = connect(server.url, 'berth_wrong', { shouldRetry: () => false })
  const refused = await new Promise((resolve) => {
    wrong.subscribe({ query: '{ __typename }' }, { next: () => {}, complete: () => {}, error: resolve })
  })
  expect(refused).toMatchObject({ code: 4403, reason: 'Forbidden' })
  const right = connect(server.url, server.token)
  await makeEvent(server, 'seen over the socket')
  for await (const { data } of right.iterate({ query: '{ launchProfiles { totalCount } }' })) {
    expect(data?.launchProfiles).toEqual({ totalCount: expect.any(Number) })
  }
})
