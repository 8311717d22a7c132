/** The tab says how many tasks are grabbing; and, while nobody looks, that one has got its instance. */
import { useCallback, useEffect, useState } from 'react'

import { ask } from '../graphql/asking'
import { graphql } from '../graphql/graphql'
import { catalogue } from '../i18n/catalogue'
import { useSpaced } from '../store/spaced'
import { observeMoves, type Task, tasks } from '../store/tasks'
import { useValue } from '../store/value'
import { pageTitle } from '../ui/page'

const words = catalogue(
  { got: (name: string) => `✓ Got it · ${name}` },
  { got: (name) => `✓ 抢到了 · ${name}` },
)

const Running = graphql(`
  query Running {
    grabTasks(first: 1, filter: { state: [RUNNING, COOLING_DOWN] }) { totalCount }
  }
`)

/** So often at most is counted anew while states change. */
const PAUSE = 5_000

export function useTab(): void {
  const title = useValue(pageTitle)
  const running = useRunning()
  const got = useGotWhileHidden()
  const said = words.use()
  useEffect(() => {
    const page = title ? `${title} · Berth` : 'Berth'
    document.title = got ? said.got(got) : running > 0 ? `● ${running} · ${page}` : page
  }, [title, running, got, said])
}

function useRunning(): number {
  const [running, setRunning] = useState(0)
  const count = useCallback(() => {
    ask(Running, {}).then(
      ({ grabTasks }) => setRunning(grabTasks.totalCount),
      // The number of before stays; the badge says that the server is silent.
      () => undefined,
    )
  }, [])
  const countSoon = useSpaced(count, PAUSE)
  useEffect(count, [count])
  useEffect(() => observeMoves(countSoon), [countSoon])
  return running
}

function useGotWhileHidden(): string | undefined {
  const [got, setGot] = useState<string>()
  useEffect(() => {
    const isNews = ({ state, finishedAt }: Task) =>
      state === 'SUCCEEDED' && finishedAt && Date.now() - new Date(finishedAt).getTime() < 60_000
    const stop = tasks.observe((changed) => {
      const task = changed.find(isNews)
      if (task && document.hidden) setGot(task.name)
    })
    const seen = () => {
      if (!document.hidden) setGot(undefined)
    }
    document.addEventListener('visibilitychange', seen)
    return () => {
      stop()
      document.removeEventListener('visibilitychange', seen)
    }
  }, [])
  return got
}
