import { useEffect, useState } from 'react'

/** The browser's time, anew each second. For the server's see `useNow`. */
export function useTicks(): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [])
  return now
}
