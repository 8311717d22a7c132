import { type Client, createClient } from 'graphql-ws'
import { socketUrl, token } from '../common/caller'
import { pause } from '../common/pause'
import { resume } from '../common/resume'
import { language } from './language'
import { session } from './session'

const FORBIDDEN = 4403

/** The client for subscriptions. It comes back after every break, and goes on where it was. */
export function createSocket(): Client {
  let refused = false
  let putAway = false
  const client = createClient({
    url: socketUrl(),
    connectionParams: () => ({ token: token.now() ?? undefined, locale: language }),
    keepAlive: 10_000,
    retryAttempts: Number.POSITIVE_INFINITY,
    // Not once the reader was asked to sign in, and would rather not.
    shouldRetry: () => !putAway,
    retryWait: async (retries) => {
      putAway = refused && !(await session.signIn())
      if (!refused) await pause(retries)
    },
    on: {
      closed: (event) => {
        refused = (event as CloseEvent).code === FORBIDDEN
      },
    },
  })
  return {
    ...client,
    subscribe: (payload, sink) => {
      putAway = false
      const resuming = resume(payload, sink)
      return client.subscribe(resuming.payload, resuming.sink)
    },
  }
}
