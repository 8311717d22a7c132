import { useState } from 'react'

import { ask, useAsk } from '../../graphql/asking'
import type { Fault } from '../../graphql/fault'
import { useFeed } from '../../graphql/feed'
import type { ResultOf } from '../../graphql/graphql'
import { sayFault } from '../../ui/toast'
import { AttemptsSettled, TaskAttempts } from './documents'
import { type Listed, taken } from './runs'

type Page = ResultOf<typeof TaskAttempts>

const FIRST = 200
const OLDER = 500
/** What the feed adds pushes older ones out beyond this, however long the page is open. */
const KEPT = 3_000

/** A task's attempts, newest first: those of the answer, what was settled since, and older ones on demand. */
export function useAttempts(id: string) {
  const { data, fault, again, change } = useAsk(TaskAttempts, { id, first: FIRST, after: null })
  const [asking, setAsking] = useState(false)
  const list = listOf(data)
  const position = data?.grabTask?.position
  useFeed(
    AttemptsSettled,
    { variables: { taskIds: [id], after: position ?? null }, when: position !== undefined },
    ({ attemptAppended: { attempts } }) => change((page) => withNewer(page, attempts)),
  )

  const older = async () => {
    const after = list.at(-1)?.cursor
    // What was listed has all been pushed out by what came since.
    if (!after) return again()
    setAsking(true)
    try {
      const page = await ask(TaskAttempts, { id, first: OLDER, after })
      change((known) => withOlder(known, page))
    } catch (fault) {
      sayFault(fault as Fault)
    } finally {
      setAsking(false)
    }
  }

  const more = data?.grabTask?.attempts.pageInfo.hasNextPage ?? false
  return { list, known: data !== undefined, more, older, asking, fault, again }
}

function listOf(page: Page | undefined): Listed[] {
  return page?.grabTask?.attempts.edges.map(({ node, cursor }) => (cursor ? { ...node, cursor } : node)) ?? []
}

function withNewer(page: Page, newer: Listed[]): Page {
  const known = listOf(page)
  const list = taken(known, newer)
  const kept = list.slice(0, Math.max(KEPT, known.length))
  return withList(
    page,
    kept,
    kept.length < list.length || (page.grabTask?.attempts.pageInfo.hasNextPage ?? false),
  )
}

function withOlder(page: Page, { grabTask }: Page): Page {
  const older = listOf({ grabTask })
  return withList(page, taken(listOf(page), older), grabTask?.attempts.pageInfo.hasNextPage ?? false)
}

function withList({ grabTask }: Page, list: Listed[], hasNextPage: boolean): Page {
  if (!grabTask) return { grabTask }
  const edges = list.map(({ cursor = '', ...node }) => ({ cursor, node }))
  return { grabTask: { ...grabTask, attempts: { edges, pageInfo: { hasNextPage } } } }
}
