import { useRef, useState } from 'react'

import { ask, useAsk } from '../../../graphql/asking'
import type { Fault } from '../../../graphql/fault'
import { useFeed } from '../../../graphql/feed'
import { sayFault } from '../../../ui/toast'
import { Deliveries, DeliveriesChanged, type Delivery, type Filter } from './documents'
import { taken } from './taken'

/** A page that grew by this many while it was open begins anew: cutting its end off would leave a hole before what is older. */
const MOST_NEWS = 2_000

/** Deliveries, live, the one queued last first. */
export function useDeliveries(filter: Filter, first: number, onChange?: () => void) {
  const { data, fault, again, change } = useAsk(Deliveries, { first, after: null, filter })
  const [asking, setAsking] = useState(false)
  const news = useRef(0)
  const page = data?.notificationDeliveries
  // Of all states: one that comes out of those that are shown has to be heard of.
  const { state: _, ...heard } = filter
  useFeed(
    DeliveriesChanged,
    { variables: { after: page?.position ?? null, filter: heard }, when: page !== undefined },
    ({ deliveryFeed: { deliveries } }) => {
      if (deliveries.length === 0) return
      news.current += deliveries.length
      if (news.current > MOST_NEWS) {
        news.current = 0
        again()
      } else {
        put(deliveries)
      }
      onChange?.()
    },
  )
  const put = (told: Delivery[]) =>
    change(({ notificationDeliveries: page }) => ({
      notificationDeliveries: { ...page, nodes: taken(page.nodes, told, filter) },
    }))

  const older = async () => {
    setAsking(true)
    try {
      const after = page?.pageInfo.endCursor ?? null
      const { notificationDeliveries: more } = await ask(Deliveries, { first, after, filter })
      change(({ notificationDeliveries: page }) => ({
        notificationDeliveries: {
          ...page,
          nodes: taken(page.nodes, more.nodes, filter),
          pageInfo: more.pageInfo,
        },
      }))
    } catch (fault) {
      sayFault(fault as Fault)
    } finally {
      setAsking(false)
    }
  }
  return { list: page?.nodes, fault, again, asking, older: page?.pageInfo.hasNextPage ? older : undefined }
}
