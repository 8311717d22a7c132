/**
 * Who asks. A cookie of this origin needs nothing from us. A token that came by a link is kept until the tab is closed, under the same name
 * as in the playground, and is sent along with every request.
 */
import { value } from '../store/value'

const KEY = 'berth:token'

/** `ended`: the server knows us no more, and the form is shown over the page, which stays as it is. */
type Standing = 'unknown' | 'stranger' | 'signedIn' | 'ended'

export const standing = value<Standing>('unknown')

const waiting: (() => void)[] = []

export const session = {
  token: () => sessionStorage.getItem(KEY),
  keep: (token: string) => sessionStorage.setItem(KEY, token),

  begin() {
    standing.set('signedIn')
    for (const resume of waiting.splice(0)) resume()
  },

  /** The server refused us. A wrong token is never shown again. */
  refused() {
    sessionStorage.removeItem(KEY)
    standing.set(standing.get() === 'signedIn' || standing.get() === 'ended' ? 'ended' : 'stranger')
  },

  /** Signed out by the user themselves. */
  left: () => sessionStorage.removeItem(KEY),

  /** Ends when somebody has signed in. */
  whenSignedIn(): Promise<void> {
    if (standing.get() === 'signedIn') return Promise.resolve()
    return new Promise((resolve) => waiting.push(resolve))
  },
}
