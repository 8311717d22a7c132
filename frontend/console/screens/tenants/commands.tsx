/** What may be done to a tenant from its row and from its page. */
import { ActionIcon, Button, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useState } from 'react'

import { refusalsOf, tell } from '../../graphql/command'
import type { Fault } from '../../graphql/fault'
import { useValue } from '../../store/value'
import { viewer } from '../../store/viewer'
import { sayFault, sayRefused, sayUndo } from '../../ui/toast'
import { DeleteTenant } from './delete'
import { TenantDisable, TenantEnable, type TenantOfList } from './documents'
import { words } from './words'

export interface CommandsProps {
  tenant: TenantOfList
  onTest: () => void
  testing: boolean
  /** The tenant after a command. */
  onTenant: (tenant: TenantOfList) => void
  onDeleted: () => void
}

export function Commands({ tenant, onTest, testing, onTenant, onDeleted }: CommandsProps) {
  const said = words.use()
  const scopes = useValue(viewer)?.scopes ?? []
  const [deleting, setDeleting] = useState(false)
  const isOff = tenant.status === 'DISABLED'
  return (
    <>
      {scopes.includes('OPERATE') && !isOff && (
        <Button size="xs" variant="default" onClick={onTest} loading={testing}>
          {said.test}
        </Button>
      )}
      {scopes.includes('ADMINISTER') && isOff && (
        <Button size="xs" variant="default" onClick={() => switchTo(tenant, !isOff, onTenant)}>
          {said.enable}
        </Button>
      )}
      {scopes.includes('ADMINISTER') && (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" size="lg" aria-label={said.more(tenant.name)}>
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {!isOff && (
              <Menu.Item onClick={() => switchTo(tenant, !isOff, onTenant)}>{said.disable}</Menu.Item>
            )}
            <Menu.Item onClick={() => setDeleting(true)}>{said.delete}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      {deleting && <DeleteTenant tenant={tenant} onClose={() => setDeleting(false)} onDeleted={onDeleted} />}
    </>
  )
}

/** Done at once, and taken back as easily. */
async function switchTo(
  tenant: TenantOfList,
  off: boolean,
  onTenant: (tenant: TenantOfList) => void,
  withUndo = true,
): Promise<void> {
  try {
    const input = { tenantId: tenant.id }
    const after = off ? await disable(input) : await enable(input)
    if (!after) return
    onTenant(after)
    const { disabled, enabled } = words.now()
    if (withUndo)
      sayUndo((off ? disabled : enabled)(tenant.name), () => switchTo(after, !off, onTenant, false))
  } catch (fault) {
    sayFault(fault as Fault)
  }
}

async function disable(input: { tenantId: string }) {
  const data = await tell(TenantDisable, { input })
  return data.tenantDisable.tenant ?? refused(data)
}

async function enable(input: { tenantId: string }) {
  const data = await tell(TenantEnable, { input })
  return data.tenantEnable.tenant ?? refused(data)
}

function refused(data: object): undefined {
  sayRefused(refusalsOf(data))
}
