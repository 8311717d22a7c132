/** Whether the server knows who asks, by a cookie of this origin or by a token that came by a link. */
import { token } from '../../common/caller'
import { value } from '../store/value'

/** `ended`: the server knows us no more, and the form is shown over the page, which stays as it is. */
type Standing = 'unknown' | 'stranger' | 'signedIn' | 'ended'

export const standing = value<Standing>('unknown')

const waiting: (() => void)[] = []

export const session = {
  begin() {
    standing.set('signedIn')
    for (const resume of waiting.splice(0)) resume()
  },

  /** The server refused us. A wrong token is never shown again. */
  refused() {
    token.forget()
    standing.set(standing.get() === 'signedIn' || standing.get() === 'ended' ? 'ended' : 'stranger')
  },

  /** Ends when somebody has signed in. */
  whenSignedIn(): Promise<void> {
    if (standing.get() === 'signedIn') return Promise.resolve()
    return new Promise((resolve) => waiting.push(resolve))
  },
}
