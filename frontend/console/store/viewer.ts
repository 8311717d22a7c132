/** Who is signed in and what the server is: asked once, and again after signing in. */
import { ask } from '../graphql/asking'
import { setClock } from '../graphql/clock'
import { graphql, type ResultOf } from '../graphql/graphql'
import { session, standing } from '../graphql/session'
import { readViews } from './saved-views'
import { tasks } from './tasks'
import { useValue, value } from './value'

const Hello = graphql(`
  query Hello {
    server { version commit demo setupRequired minInterval concurrentLimit now }
    viewer { id username role scopes }
  }
`)

const Position = graphql(`
  query Position {
    tenants(first: 1) { position totalCount }
  }
`)

type Server = ResultOf<typeof Hello>['server']
type Viewer = NonNullable<ResultOf<typeof Hello>['viewer']>

export const server = value<Server | null>(null)
export const viewer = value<Viewer | null>(null)

/** Asks who we are. Throws a `Fault` when the server does not answer. */
export async function greet(): Promise<void> {
  const askedAt = Date.now()
  const told = await ask(Hello, {})
  setClock(told.server.now, askedAt, Date.now())
  server.set(told.server)
  if (!told.viewer) return standing.set('stranger')
  const before = viewer.get()
  // The page beneath the form is somebody's: what they saw, typed, and were told once. Another one begins with a fresh page.
  if (before && before.username !== told.viewer.username) return location.replace('/')
  const { tenants } = await ask(Position, {})
  viewer.set(told.viewer)
  readViews(told.viewer.username)
  tasks.follow(tenants.position)
  session.begin()
}

type Scope = Viewer['scopes'][number]

export const may = (scope: Scope) => viewer.get()?.scopes.includes(scope) ?? false

/** Whether the viewer may do such things, live. */
export const useMay = (scope: Scope) => useValue(viewer)?.scopes.includes(scope) ?? false
