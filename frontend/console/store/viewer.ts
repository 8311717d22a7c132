/** Who is signed in and what the server is: asked once, and again after signing in. */
import { ask } from '../graphql/asking'
import { setClock } from '../graphql/clock'
import { graphql, type ResultOf } from '../graphql/graphql'
import { session, standing } from '../graphql/session'
import { tasks } from './tasks'
import { value } from './value'

const Hello = graphql(`
  query Hello {
    server { version commit demo setupRequired minInterval concurrentLimit now }
    viewer { id username role scopes secondFactor locale }
  }
`)

const Position = graphql(`
  query Position {
    tenants(first: 1) { position totalCount }
  }
`)

export type Server = ResultOf<typeof Hello>['server']
export type Viewer = NonNullable<ResultOf<typeof Hello>['viewer']>

export const server = value<Server | null>(null)
export const viewer = value<Viewer | null>(null)

/** Asks who we are. Throws a `Fault` when the server does not answer. */
export async function greet(): Promise<void> {
  const askedAt = Date.now()
  const told = await ask(Hello, {})
  setClock(told.server.now, askedAt, Date.now())
  server.set(told.server)
  if (!told.viewer) return standing.set('stranger')
  if (viewer.get()?.username !== told.viewer.username) tasks.forget()
  viewer.set(told.viewer)
  session.begin()
  const { tenants } = await ask(Position, {})
  tasks.follow(tenants.position)
}

export const may = (scope: Viewer['scopes'][number]) => viewer.get()?.scopes.includes(scope) ?? false
