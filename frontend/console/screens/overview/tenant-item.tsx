import { Button, Group } from '@mantine/core'
import { Link } from '@tanstack/react-router'

import { useMay } from '../../store/viewer'
import { AccountMark } from '../../ui/mark'
import { say } from '../../ui/toast'
import { TestResult } from '../tenants/result'
import { useTests } from '../tenants/tests'
import type { TenantInNeed } from './documents'
import { Item } from './part'
import { words } from './words'

/** A tenant whose key the cloud does not take. A test that it passes lets its tasks go on. */
export function TenantItem({ tenant, tested }: { tenant: TenantInNeed; tested: () => void }) {
  const said = words.use()
  const mayOperate = useMay('OPERATE')
  const tests = useTests(tested)
  const test = tests.of[tenant.id]
  const again = async () => {
    const { answer } = await tests.one(tenant.id)
    // It is no longer in need then, and its answer goes with it.
    if (answer && !answer.providerError) say(said.works(tenant.name))
  }
  return (
    <>
      <Item
        action={
          <Group gap="xs" wrap="nowrap">
            {mayOperate && (
              <Button size="compact-sm" variant="default" loading={test?.asking ?? false} onClick={again}>
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
        // The newest test says the same with the cloud's own words.
        text={test?.answer?.providerError ? undefined : tenant.statusReason}
      >
        <AccountMark status={tenant.status} /> <strong>{tenant.name}</strong>
      </Item>
      {test && <TestResult test={test} />}
    </>
  )
}
