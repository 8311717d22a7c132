import { Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'

import { useCommand } from '../../../graphql/command'
import type { Role } from '../../../graphql/enums'
import { enums } from '../../../i18n/enums'
import { FormEnd } from '../../../ui/form-end'
import { refusalAt } from '../../../ui/states'
import { say } from '../../../ui/toast'
import classes from '../settings.module.css'
import { type User, UserCreate } from './documents'
import { NewPassword } from './new-password'
import { words } from './words'

export const ROLES: Role[] = ['VIEWER', 'ADMIN', 'SUPER_ADMIN']

export function CreateForm({ put, close }: { put: (user: User) => void; close: () => void }) {
  const said = words.use()
  const { role } = enums.use()
  const { run, ...command } = useCommand(UserCreate)
  const form = useForm({ initialValues: { username: '', password: '', role: 'VIEWER' as Role } })
  const submit = form.onSubmit(async (input) => {
    const user = (await run({ input }))?.userCreate.user
    if (!user) return
    put(user)
    say(said.created(user.username))
    close()
  })
  return (
    <form onSubmit={submit} className={classes.form}>
      <TextInput
        label={said.username}
        required
        autoComplete="off"
        {...form.getInputProps('username')}
        error={refusalAt(command.refusals, 'username')}
      />
      <NewPassword
        value={form.values.password}
        onChange={(password) => form.setFieldValue('password', password)}
        error={refusalAt(command.refusals, 'password')}
      />
      <Select
        label={said.role}
        allowDeselect={false}
        data={ROLES.map((value) => ({ value, label: role[value] }))}
        {...form.getInputProps('role')}
        error={refusalAt(command.refusals, 'role')}
      />
      <FormEnd
        command={command}
        does={said.createButton}
        known={['username', 'password', 'role']}
        close={close}
      />
    </form>
  )
}
