/** One key holds every feed of the page, so that one can read. What comes meanwhile waits, and is counted. */
import { value } from '../store/value'

/** More than this is not held: what is oldest is told while the page is paused, so that nothing is lost. */
const KEPT = 500

export const paused = value(false)
export const waiting = value(0)

const held: (() => void)[] = []

/** Tells now, or when the page goes on. */
export function whenRunning(count: number, tell: () => void): void {
  if (!paused.get()) {
    tell()
    return
  }
  held.push(tell)
  waiting.set(waiting.get() + count)
  if (held.length > KEPT) held.shift()?.()
}

export function togglePause(): void {
  paused.set(!paused.get())
  if (paused.get()) return
  waiting.set(0)
  for (const tell of held.splice(0)) tell()
}
