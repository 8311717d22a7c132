/**
 * Who asks. A session cookie of this origin needs nothing from us; a token that was given is kept until the tab is closed, and is
 * sent along with every request.
 */
import { askForToken } from './sign-in'

const KEY = 'berth:token'
const ENDPOINT = '/graphql'

let asking: Promise<boolean> | undefined

export const session = {
  token: () => sessionStorage.getItem(KEY),

  keep: (token: string) => sessionStorage.setItem(KEY, token),

  /** Asks the server something that costs nothing. */
  async isAdmitted(token: string | null = session.token()): Promise<boolean> {
    const answer = await send(token, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{viewer{username}}"}',
    })
    // A wrong token is a 401; without one the server answers, and knows nobody.
    return answer.status !== 401 && (await answer.json())?.data?.viewer !== null
  },

  /** Shows the form, once however many ask. False when the reader would rather not. */
  signIn(): Promise<boolean> {
    asking ??= askForToken(admit).finally(() => {
      asking = undefined
    })
    return asking
  },

  /** As the usual `fetch`, but signed in: a refusal shows the form, and what was asked is asked again. */
  async fetch(_url: unknown, request: RequestInit = {}): Promise<Response> {
    for (;;) {
      const answer = await send(session.token(), request)
      if (answer.status !== 401 || !(await session.signIn())) return answer
    }
  },
}

async function admit(token: string): Promise<boolean> {
  const admitted = await session.isAdmitted(token)
  if (admitted) session.keep(token)
  return admitted
}

function send(token: string | null, request: RequestInit): Promise<Response> {
  const headers = new Headers(request.headers)
  if (token && !headers.has('authorization')) headers.set('authorization', `Bearer ${token}`)
  return fetch(ENDPOINT, { ...request, headers, credentials: 'same-origin' })
}
