import { useState } from 'react'

import { ask, useAsk } from '../../graphql/asking'
import type { Fault } from '../../graphql/fault'
import { useFeed } from '../../graphql/feed'
import type { ResultOf } from '../../graphql/graphql'
import { sayFault } from '../../ui/toast'
import { type Alert, Alerts, AlertsChanged } from './documents'
import { taken } from './taken'

type Page = ResultOf<typeof Alerts>

const FIRST = 50

/** Every alert that was ever raised, live: those that go on, then the others, the newest first. */
export function useAlerts(onChange: () => void) {
  const { data, fault, again, change } = useAsk(Alerts, { first: FIRST, after: null, state: null })
  const [asking, setAsking] = useState(false)
  const put = (changed: readonly Alert[]) =>
    change((page) => withList(page, taken(page.alerts.nodes, changed)))
  useFeed(
    AlertsChanged,
    {
      variables: { after: data?.alerts.position ?? null },
      when: data !== undefined,
      // What somebody should look at is not held back.
      pausable: false,
    },
    ({ alertRaised: { alerts } }) => {
      if (alerts.length === 0) return
      put(alerts)
      onChange()
    },
  )

  const more = async () => {
    setAsking(true)
    try {
      const after = data?.alerts.pageInfo.endCursor ?? null
      const { alerts } = await ask(Alerts, { first: FIRST, after, state: null })
      change((page) => ({
        alerts: { ...page.alerts, nodes: taken(page.alerts.nodes, alerts.nodes), pageInfo: alerts.pageInfo },
      }))
    } catch (fault) {
      sayFault(fault as Fault)
    } finally {
      setAsking(false)
    }
  }
  return { ...parted(data?.alerts.nodes), put, fault, again, asking, more: hasMore(data) ? more : undefined }
}

const hasMore = (data: Page | undefined) => data?.alerts.pageInfo.hasNextPage ?? false

function withList({ alerts }: Page, nodes: Alert[]): Page {
  return { alerts: { ...alerts, nodes } }
}

function parted(alerts: readonly Alert[] | undefined) {
  return {
    raised: alerts?.filter(({ state }) => state === 'RAISED'),
    resolved: alerts?.filter(({ state }) => state === 'RESOLVED'),
  }
}
