/** Where the server is asked, and who asks: alike in console and playground, so that a token that opened one of them opens the other. */
const KEY = 'berth:token'

export const ENDPOINT = '/graphql'

export const socketUrl = () =>
  `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${ENDPOINT}`

/** Kept until the tab is closed. A session cookie of this origin needs nothing from us. */
export const token = {
  now: () => sessionStorage.getItem(KEY),
  keep: (token: string) => sessionStorage.setItem(KEY, token),
  forget: () => sessionStorage.removeItem(KEY),
}

/** The request as its caller's: by the token, else by the cookie. */
export function asCaller(request: RequestInit, bearer = token.now()): RequestInit {
  const headers = new Headers(request.headers)
  if (bearer && !headers.has('authorization')) headers.set('authorization', `Bearer ${bearer}`)
  return { ...request, headers, credentials: 'same-origin' }
}
