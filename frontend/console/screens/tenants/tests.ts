/** Tests of keys: one after the other, so that a cloud is never asked by many at once. */
import { useCallback, useEffect, useRef, useState } from 'react'

import { refusalsOf, tell } from '../../graphql/command'
import type { Fault } from '../../graphql/fault'
import { type TenantOfList, TenantTest, type TestAnswer } from './documents'

/** What became of a test: being asked, the cloud's answer, or why there is none. */
export interface Test {
  asking: boolean
  answer?: TestAnswer
  fault?: Fault
}

export interface Tests {
  of: Readonly<Record<string, Test>>
  /** How far a round of many is. Undefined: there is none. */
  round: { done: number; of: number } | undefined
  one(id: string): Promise<Test>
  each(ids: string[]): Promise<void>
  stop(): void
}

/** `onTenant` is told of each tenant as it is after its test. */
export function useTests(onTenant: (tenant: TenantOfList) => void): Tests {
  const [of, setOf] = useState<Record<string, Test>>({})
  const [round, setRound] = useState<Tests['round']>()
  const newest = useRef(onTenant)
  newest.current = onTenant
  const running = useRef<object>(undefined)
  // Whoever goes away does not leave a hundred keys being tried behind, with nothing to stop it.
  useEffect(() => {
    return () => {
      running.current = undefined
    }
  }, [])

  const one = useCallback(async (id: string) => {
    const put = (test: Test) => setOf((of) => ({ ...of, [id]: test }))
    put({ asking: true })
    const done = await test(id, newest.current)
    put(done)
    return done
  }, [])

  const each = useCallback(
    async (ids: string[]) => {
      const mine = {}
      running.current = mine
      for (const [done, id] of ids.entries()) {
        if (running.current !== mine) return
        setRound({ done, of: ids.length })
        await one(id)
      }
      if (running.current === mine) setRound(undefined)
    },
    [one],
  )

  const stop = useCallback(() => {
    running.current = undefined
    setRound(undefined)
  }, [])
  return { of, round, one, each, stop }
}

async function test(id: string, onTenant: (tenant: TenantOfList) => void): Promise<Test> {
  try {
    const data = await tell(TenantTest, { input: { tenantId: id } })
    if (data.tenantTest.tenant) onTenant(data.tenantTest.tenant)
    const [refused] = refusalsOf(data)
    if (!refused) return { asking: false, answer: data.tenantTest }
    const { message, hint } = refused
    return { asking: false, fault: { message, ...(hint && { hint }) } }
  } catch (fault) {
    return { asking: false, fault: fault as Fault }
  }
}
