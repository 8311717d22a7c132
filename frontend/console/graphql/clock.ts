/** The server's clock: a countdown is right even where the browser's clock is not. */
import { useEffect, useState } from 'react'

import { value } from '../store/value'

const offset = value(0)
const tick = value(Date.now())
let readers = 0
let timer: ReturnType<typeof setInterval> | undefined

/** `serverNow` was true some time between the two moments. */
export function setClock(serverNow: string, askedAt: number, answeredAt: number): void {
  const difference = new Date(serverNow).getTime() - (askedAt + answeredAt) / 2
  // Less than what a request takes is no difference.
  offset.set(Math.abs(difference) < 250 ? 0 : difference)
}

export const serverNow = () => Date.now() + offset.get()

/** Anew each second, from one timer for the whole page. */
function useTick(read: () => number): number {
  const [now, setNow] = useState(read)
  useEffect(() => {
    const stop = tick.subscribe(() => setNow(read()))
    readers += 1
    timer ??= setInterval(() => tick.set(Date.now()), 1_000)
    return () => {
      stop()
      readers -= 1
      if (readers > 0) return
      clearInterval(timer)
      timer = undefined
    }
  }, [read])
  return now
}

/** The server's time, anew each second. */
export const useNow = () => useTick(serverNow)

/** The browser's time, anew each second: for how long ago this page did or heard something. */
export const useTicks = () => useTick(Date.now)
