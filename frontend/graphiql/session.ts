/**
 * Who asks. A session cookie of this origin needs nothing from us; a token that was given is kept until the tab is closed, and is
 * sent along with every request.
 */
import { asCaller, ENDPOINT, token } from '../common/caller'
import { askForToken } from './sign-in'

let asking: Promise<boolean> | undefined

export const session = {
  /** Asks the server something that costs nothing. */
  async isAdmitted(bearer = token.now()): Promise<boolean> {
    const request = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{viewer{username}}"}',
    }
    const answer = await fetch(ENDPOINT, asCaller(request, bearer))
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
      const answer = await fetch(ENDPOINT, asCaller(request))
      if (answer.status !== 401 || !(await session.signIn())) return answer
    }
  },
}

async function admit(typed: string): Promise<boolean> {
  const admitted = await session.isAdmitted(typed)
  if (admitted) token.keep(typed)
  return admitted
}
