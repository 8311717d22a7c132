import { Button, PasswordInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'

import { useCommand } from '../../../graphql/command'
import { FormEnd } from '../../../ui/form-end'
import { refusalAt } from '../../../ui/states'
import { say } from '../../../ui/toast'
import { Part } from '../section'
import classes from '../settings.module.css'
import { PasswordChange } from './documents'
import { words } from './words'

export function Password({ username }: { username: string }) {
  const said = words.use()
  const [open, setOpen] = useState(false)
  const begin = (
    <Button variant="default" onClick={() => setOpen(true)}>
      {said.passwordChange}
    </Button>
  )
  return (
    <Part title={said.password} note={said.passwordNote} action={!open && begin}>
      {open && <PasswordForm username={username} close={() => setOpen(false)} />}
    </Part>
  )
}

function PasswordForm({ username, close }: { username: string; close: () => void }) {
  const said = words.use()
  const { run, ...command } = useCommand(PasswordChange)
  const form = useForm({ initialValues: { password: '', newPassword: '' } })
  const submit = form.onSubmit(async (input) => {
    if (!(await run({ input }))) return
    // The server ends this session too: the sign-in form comes by itself.
    say(said.passwordDone)
    close()
  })
  const field = (name: 'password' | 'newPassword') => ({
    ...form.getInputProps(name),
    error: refusalAt(command.refusals, name),
    required: true,
  })
  return (
    <form onSubmit={submit} className={classes.form}>
      {/* Password managers want to know whose it is. */}
      <input type="text" autoComplete="username" value={username} readOnly hidden />
      <PasswordInput
        label={said.passwordNow}
        autoComplete="current-password"
        data-autofocus
        {...field('password')}
      />
      <PasswordInput
        label={said.passwordNew}
        description={said.passwordRule}
        autoComplete="new-password"
        {...field('newPassword')}
      />
      <FormEnd
        command={command}
        does={said.passwordChange}
        known={['password', 'newPassword']}
        close={close}
      />
    </form>
  )
}
