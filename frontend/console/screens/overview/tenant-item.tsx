import { Button, Group } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'

import { useCommand } from '../../graphql/command'
import { useValue } from '../../store/value'
import { viewer } from '../../store/viewer'
import { AccountMark } from '../../ui/mark'
import { Failed, Refused } from '../../ui/states'
import { say } from '../../ui/toast'
import { type TenantInNeed, TestTenant } from './documents'
import { Item } from './part'
import { words } from './words'

/** A tenant whose key the cloud does not take. A test that it passes lets its tasks go on. */
export function TenantItem({ tenant, tested }: { tenant: TenantInNeed; tested: () => void }) {
  const said = words.use()
  const operates = useValue(viewer)?.scopes.includes('OPERATE') ?? false
  const { run, busy, refusals, fault } = useCommand(TestTenant)
  const [answer, setAnswer] = useState<string>()
  const test = async () => {
    const told = await run({ input: { tenantId: tenant.id } })
    if (!told) return
    const { reason, providerError } = told.tenantTest
    setAnswer([reason, providerError?.message].filter(Boolean).join(' '))
    if (!reason && !providerError) say(said.works(tenant.name))
    tested()
  }
  return (
    <>
      <Item
        action={
          <Group gap="xs" wrap="nowrap">
            {operates && (
              <Button size="compact-sm" variant="default" loading={busy} onClick={test}>
                {said.test}
              </Button>
            )}
            <Button
              size="compact-sm"
              variant="default"
              renderRoot={(props) => <Link to="/tenants/$id" params={{ id: tenant.id }} {...props} />}
              aria-label={`${said.look}: ${tenant.name}`}
            >
              {said.look}
            </Button>
          </Group>
        }
        text={answer || tenant.statusReason}
      >
        <AccountMark status={tenant.status} /> <strong>{tenant.name}</strong>
      </Item>
      <Refused refusals={refusals} />
      {fault && <Failed fault={fault} again={test} />}
    </>
  )
}
