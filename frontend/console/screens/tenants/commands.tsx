/** What may be done to a tenant from its row and from its page. */
import { ActionIcon, Button, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useState } from 'react'

import { useMay } from '../../store/viewer'
import { carryOut } from '../../ui/carry-out'
import { sayUndo } from '../../ui/toast'
import { DeleteTenant } from './delete'
import { TenantDisable, TenantEnable, type TenantOfList } from './documents'
import { words } from './words'

interface CommandsProps {
  tenant: TenantOfList
  onTest: () => void
  testing: boolean
  /** The tenant after a command. */
  onTenant: (tenant: TenantOfList) => void
  onDeleted: () => void
}

export function Commands({ tenant, onTest, testing, onTenant, onDeleted }: CommandsProps) {
  const said = words.use()
  const mayOperate = useMay('OPERATE')
  const mayAdminister = useMay('ADMINISTER')
  const [deleting, setDeleting] = useState(false)
  const isOff = tenant.status === 'DISABLED'
  return (
    <>
      {mayOperate && !isOff && (
        <Button size="xs" variant="default" onClick={onTest} loading={testing}>
          {said.test}
        </Button>
      )}
      {mayAdminister && isOff && (
        <Button size="xs" variant="default" onClick={() => switchTo(tenant, !isOff, onTenant)}>
          {said.enable}
        </Button>
      )}
      {mayAdminister && (
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
  const input = { tenantId: tenant.id }
  const after = off
    ? (await carryOut(TenantDisable, { input }))?.tenantDisable.tenant
    : (await carryOut(TenantEnable, { input }))?.tenantEnable.tenant
  if (!after) return
  onTenant(after)
  const { disabled, enabled } = words.now()
  if (withUndo) sayUndo((off ? disabled : enabled)(tenant.name), () => switchTo(after, !off, onTenant, false))
}
