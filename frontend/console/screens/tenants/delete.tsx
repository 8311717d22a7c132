import { Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'

import { useCommand } from '../../graphql/command'
import { Dialog } from '../../ui/dialog'
import { FormEnd } from '../../ui/form-end'
import { say } from '../../ui/toast'
import { words as common } from '../../ui/words'
import { TenantDelete, type TenantOfList } from './documents'
import { words } from './words'

interface DeleteProps {
  tenant: TenantOfList
  onClose: () => void
  onDeleted: () => void
}

/** A key that is forgotten cannot be brought back. Where tasks still run the server refuses, and wants to hear it twice. */
export function DeleteTenant({ tenant, onClose, onDeleted }: DeleteProps) {
  const said = words.use()
  const { delete: deleteIt } = common.use()
  const { run, ...command } = useCommand(TenantDelete)
  const [name, setName] = useState('')
  const [force, setForce] = useState(false)
  const stillRuns = force || command.refusals.some(({ code }) => code === 'STATE_CONFLICT')

  const remove = async () => {
    setForce(stillRuns)
    const data = await run({ input: { tenantId: tenant.id, force: stillRuns } })
    if (!data) return
    say(said.deleted(tenant.name))
    onClose()
    onDeleted()
  }

  return (
    <Dialog onClose={onClose} title={said.deleteTitle(tenant.name)}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          remove()
        }}
      >
        <Stack gap="md">
          <Text size="sm">{said.deleteText}</Text>
          {stillRuns && (
            <TextInput
              label={said.deleteName}
              description={said.deleteRunning}
              placeholder={tenant.name}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              autoComplete="off"
              data-autofocus
            />
          )}
          <FormEnd
            command={command}
            does={stillRuns ? said.deleteForce : deleteIt}
            close={onClose}
            place="dialog"
            grave
            disabled={stillRuns && name !== tenant.name}
          />
        </Stack>
      </form>
    </Dialog>
  )
}
