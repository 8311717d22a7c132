/** What ends somebody's sessions, or them: asked for by name. */
import { Checkbox, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'

import { useCommand } from '../../../graphql/command'
import { Dialog } from '../../../ui/dialog'
import { FormEnd } from '../../../ui/form-end'
import { refusalAt } from '../../../ui/states'
import { say } from '../../../ui/toast'
import { type User, UserDelete, UserPasswordReset } from './documents'
import { NewPassword } from './new-password'
import { words } from './words'

interface DialogProps {
  user: User
  opened: boolean
  close: () => void
}

export function ResetModal({ put, opened, ...dialog }: DialogProps & { put: (user: User) => void }) {
  const said = words.use()
  return (
    <Dialog opened={opened} onClose={dialog.close} title={said.resetTitle(dialog.user.username)}>
      <ResetForm {...dialog} put={put} />
    </Dialog>
  )
}

function ResetForm({ user, close, put }: Omit<DialogProps, 'opened'> & { put: (user: User) => void }) {
  const said = words.use()
  const { run, ...command } = useCommand(UserPasswordReset)
  const form = useForm({ initialValues: { password: '', secondFactorToo: false } })
  const submit = form.onSubmit(async (values) => {
    const after = (await run({ input: { userId: user.id, ...values } }))?.userPasswordReset.user
    if (!after) return
    put(after)
    say(said.resetDone(user.username))
    close()
  })
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{said.resetText}</Text>
        <NewPassword
          value={form.values.password}
          onChange={(password) => form.setFieldValue('password', password)}
          error={refusalAt(command.refusals, 'password')}
        />
        {user.secondFactor && (
          <Checkbox label={said.factorToo} {...form.getInputProps('secondFactorToo', { type: 'checkbox' })} />
        )}
        <FormEnd
          command={command}
          does={said.resetButton}
          known={['password']}
          close={close}
          place="dialog"
        />
      </Stack>
    </form>
  )
}

export function RemoveModal({ drop, opened, ...dialog }: DialogProps & { drop: (id: string) => void }) {
  const said = words.use()
  return (
    <Dialog opened={opened} onClose={dialog.close} title={said.removeTitle(dialog.user.username)}>
      <RemoveForm {...dialog} drop={drop} />
    </Dialog>
  )
}

function RemoveForm({ user, close, drop }: Omit<DialogProps, 'opened'> & { drop: (id: string) => void }) {
  const said = words.use()
  const { run, ...command } = useCommand(UserDelete)
  const [typed, setTyped] = useState('')
  const isMeant = typed.trim() === user.username
  const remove = async () => {
    if (!(await run({ input: { userId: user.id } }))) return
    drop(user.id)
    say(said.removed(user.username))
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (isMeant) void remove()
      }}
    >
      <Stack gap="sm">
        <Text size="sm">{said.removeText}</Text>
        <TextInput
          label={said.username}
          placeholder={user.username}
          autoComplete="off"
          data-autofocus
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
        <FormEnd
          command={command}
          does={said.removeButton}
          close={close}
          place="dialog"
          grave
          disabled={!isMeant}
        />
      </Stack>
    </form>
  )
}
