/** What can be chosen: tenants, and what the cloud of one of them offers. */
import { useDebouncedValue } from '@mantine/hooks'
import { useEffect, useRef, useState } from 'react'

import { ask, useAsk } from '../../graphql/asking'
import type { Fault } from '../../graphql/fault'
import { sayFault } from '../../ui/toast'
import { type LaunchOptions, Options, type Tenant, TenantChoices } from './documents'

interface Tenants {
  /** All that were heard of: those that are chosen keep their names while others are looked for. */
  known: Map<string, Tenant>
  none: boolean
  only: boolean
  fault: Fault | undefined
  again(): void
}

/** Asks the server to search only where one page does not hold them all. */
export function useTenants(search: string): Tenants {
  const [settled] = useDebouncedValue(search, 250)
  const many = useRef(false)
  const { data, fault, again } = useAsk(TenantChoices, { search: (many.current && settled) || null })
  const known = useRef(new Map<string, Tenant>())
  for (const tenant of data?.tenants.nodes ?? []) known.current.set(tenant.id, tenant)
  if (data && data.tenants.totalCount > data.tenants.nodes.length) many.current = true
  const count = settled ? undefined : data?.tenants.totalCount
  return { known: known.current, none: count === 0, only: count === 1, fault, again }
}

export interface Offer {
  data: LaunchOptions | undefined
  /** The cloud is being asked, and its answer is worth waiting for. */
  waiting: boolean
  /** It takes long: it is asked again and again, while the fields can be filled in by hand. */
  slow: boolean
  fault: Fault | undefined
  refresh(): void
}

/** The cloud may take longer than a request waits: it is asked so many times before that counts as its answer. */
const MOST_TRIES = 10

export function useOffer(tenantId: string | undefined, region: string | undefined): Offer {
  const variables = { tenantId: tenantId ?? '', region: region ?? null, refresh: false }
  const { data, fault, asking, again, change } = useAsk(Options, variables, { when: tenantId !== undefined })
  const place = `${tenantId} ${region}`
  const [tries, setTries] = useState({ place, count: 0 })
  const count = tries.place === place ? tries.count : 0
  const slow = !data && fault?.code === 'UNAVAILABLE' && count < MOST_TRIES
  useEffect(() => {
    if (!slow || asking) return
    const timer = setTimeout(() => {
      setTries({ place, count: count + 1 })
      again()
    }, 1_000)
    return () => clearTimeout(timer)
  }, [slow, asking, again, place, count])
  const refresh = () => {
    if (!data) return again()
    ask(Options, { ...variables, refresh: true }).then((newer) => change(() => newer), sayFault)
  }
  if (tenantId === undefined)
    return { data: undefined, waiting: false, slow: false, fault: undefined, refresh }
  const still = !data && (asking || slow)
  const waiting = still && count === 0
  return {
    data: data?.launchOptions ?? undefined,
    waiting,
    slow: still && !waiting,
    fault: still || data ? undefined : fault,
    refresh,
  }
}
