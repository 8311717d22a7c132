/** Whether the page hears the server: the time of the last word and nothing else. */
import { value } from '../store/value'

/** After so long without a word, what is shown is old, and says so. The socket is asked each five seconds. */
const SILENCE = 15_000

interface Link {
  /** When the server was last heard, by the browser's clock. Null: not yet. */
  heardAt: number | null
  /** How many times it was tried in vain since. */
  failures: number
}

export const link = value<Link>({ heardAt: null, failures: 0 })

export function heard(now = Date.now()): void {
  const { heardAt, failures } = link.get()
  // Each word of fifty a second would draw the badge anew; a quarter of a second is exact enough for seconds.
  if (failures === 0 && heardAt !== null && now - heardAt < 250) return
  link.set({ heardAt: now, failures: 0 })
}

export function failed(): void {
  link.set({ ...link.get(), failures: link.get().failures + 1 })
}

export type Liveness = 'connecting' | 'live' | 'silent'

export function liveness({ heardAt, failures }: Link, now: number): Liveness {
  if (heardAt === null) return failures > 1 ? 'silent' : 'connecting'
  return now - heardAt < SILENCE && failures === 0 ? 'live' : 'silent'
}
