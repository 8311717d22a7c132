/** The tab says how many tasks are grabbing; and, while nobody looks, that one has got its instance. */
import { useEffect, useState } from 'react'

import { ask } from '../graphql/asking'
import { graphql } from '../graphql/graphql'
import { catalogue } from '../i18n/catalogue'
import { type Task, tasks } from '../store/tasks'
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
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const count = () => {
      timer = undefined
      ask(Running, {}).then(
        ({ grabTasks }) => setRunning(grabTasks.totalCount),
        // The number of before stays; the badge says that the server is silent.
        () => undefined,
      )
    }
    count()
    const states = new Map<string, string>()
    const stop = tasks.observe((changed, deleted) => {
      const moved = changed.filter(({ id, state }) => states.get(id) !== state)
      for (const { id, state } of changed) states.set(id, state)
      if (moved.length + deleted.length > 0) timer ??= setTimeout(count, PAUSE)
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [])
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
