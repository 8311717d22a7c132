/** Questions and commands. What a screen shows live comes by a feed (`feed.ts`), not by asking again. */
import { Client, fetchExchange } from '@urql/core'

import { asCaller, ENDPOINT } from '../../common/caller'
import { language } from '../i18n/language'
import { session, standing } from './session'

export const client = new Client({
  url: ENDPOINT,
  preferGetMethod: false,
  requestPolicy: 'network-only',
  fetch: signedIn,
  exchanges: [fetchExchange],
})

/** As the usual `fetch`, but signed in: whoever is refused signs in over the page, and what was asked is asked again. */
async function signedIn(url: RequestInfo | URL, request: RequestInit = {}): Promise<Response> {
  for (;;) {
    const answer = await fetch(url, withCaller(request))
    if (answer.status !== 401) return answer
    const wasInside = standing.get() === 'signedIn' || standing.get() === 'ended'
    session.refused()
    // A command is not carried out behind somebody's back, who may be somebody else by then: the form keeps it, to be sent again.
    if (!wasInside || isCommand(request)) return answer
    await session.whenSignedIn()
  }
}

function isCommand({ body }: RequestInit): boolean {
  return typeof body === 'string' && /^\s*mutation\b/.test((JSON.parse(body) as { query: string }).query)
}

export function withCaller(request: RequestInit): RequestInit {
  const headers = new Headers(request.headers)
  headers.set('accept-language', language.now())
  return asCaller({ ...request, headers })
}

/** An id for a command, so that sending it twice does it once. `randomUUID` is not there over plain HTTP. */
export function freshId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
