import { useEffect, useMemo } from 'react'

/** What is called often and done now and then: a storm of news is one question, `within` milliseconds after the first of it. */
export function useSpaced(run: () => void, within: number): () => void {
  const calls = useMemo(() => spaced(run, within), [run, within])
  useEffect(() => calls.stop, [calls])
  return calls.soon
}

function spaced(run: () => void, within: number) {
  let timer: ReturnType<typeof setTimeout> | undefined
  return {
    soon: () => {
      timer ??= setTimeout(() => {
        timer = undefined
        run()
      }, within)
    },
    stop: () => {
      clearTimeout(timer)
      timer = undefined
    },
  }
}
