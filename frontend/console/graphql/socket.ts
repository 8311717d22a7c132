/** The one socket of the page. It comes back after every break, as often as it takes, and tells `link` what it hears. */
import { type Client, createClient } from 'graphql-ws'

import { socketUrl, token } from '../../common/caller'
import { pause } from '../../common/pause'
import { language } from '../i18n/language'
import { failed, heard } from './link'
import { session, standing } from './session'

const SIGNED_OUT = [4401, 4403]
/** Closed by this page: nothing more to hear, or to greet anew as somebody else or in another language. */
const OURS = [1000, 4499]

let refused = false

export const socket: Client = createClient({
  url: socketUrl(),
  connectionParams: () => ({ token: token.now() ?? undefined, locale: language.now() }),
  keepAlive: 5_000,
  lazyCloseTimeout: 3_000,
  retryAttempts: Number.POSITIVE_INFINITY,
  shouldRetry: () => true,
  retryWait: (retries) => (refused ? session.whenSignedIn() : pause(retries)),
  on: {
    message: () => heard(),
    pong: () => heard(),
    closed: (event) => {
      const { code } = event as CloseEvent
      refused = SIGNED_OUT.includes(code)
      if (refused && standing.get() === 'signedIn') session.refused()
      else if (!OURS.includes(code)) failed()
    },
  },
})

// What the server says in words is said in the language that it was told at the beginning.
language.subscribe(() => socket.terminate())
