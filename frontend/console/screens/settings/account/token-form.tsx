import { Checkbox, Group, Input, PasswordInput, SegmentedControl, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useId } from 'react'

import { serverNow } from '../../../graphql/clock'
import { useCommand } from '../../../graphql/command'
import type { Scope } from '../../../graphql/enums'
import { enums } from '../../../i18n/enums'
import { FormEnd } from '../../../ui/form-end'
import { refusalAt } from '../../../ui/states'
import classes from '../settings.module.css'
import { TokenCreate } from './documents'
import { EXPIRIES, type Expiry, expiresAt } from './expiry'
import { words } from './words'

const FIELDS = ['name', 'scopes', 'expiresAt', 'password']

interface FormProps {
  scopes: readonly Scope[]
  made: (secret: string) => void
  close: () => void
}

export function TokenForm({ scopes, made, close }: FormProps) {
  const said = words.use()
  const { run, ...command } = useCommand(TokenCreate)
  const form = useForm({
    initialValues: { name: '', scopes: ['READ'] as Scope[], expiry: '90' as Expiry, password: '' },
  })
  const submit = form.onSubmit(async ({ name, scopes, expiry, password }) => {
    const told = await run({ input: { name, scopes, password, expiresAt: expiresAt(expiry, serverNow()) } })
    const secret = told?.apiTokenCreate.token
    if (secret) made(secret)
  })
  const field = (name: 'name' | 'scopes' | 'password') => ({
    ...form.getInputProps(name),
    error: refusalAt(command.refusals, name),
  })
  return (
    <form onSubmit={submit} className={classes.form}>
      <TextInput label={said.tokenName} description={said.tokenNameHint} required {...field('name')} />
      <Scopes scopes={scopes} {...field('scopes')} />
      <Expires {...form.getInputProps('expiry')} error={refusalAt(command.refusals, 'expiresAt')} />
      <PasswordInput
        label={said.yourPassword}
        required
        autoComplete="current-password"
        {...field('password')}
      />
      <FormEnd command={command} does={said.tokenMake} known={FIELDS} close={close} />
    </form>
  )
}

/** What an input of Mantine's form is given. */
type Field = ReturnType<ReturnType<typeof useForm>['getInputProps']>

function Scopes({ scopes, ...field }: { scopes: readonly Scope[] } & Field) {
  const said = words.use()
  const { scope } = enums.use()
  return (
    <Checkbox.Group label={said.tokenScopes} {...field}>
      <Group gap="md" mt={6}>
        {scopes.map((each) => (
          <Checkbox key={each} value={each} label={scope[each]} />
        ))}
      </Group>
    </Checkbox.Group>
  )
}

function Expires({ error, ...field }: Field) {
  const said = words.use()
  const id = useId()
  return (
    <Input.Wrapper label={said.tokenExpiry} labelElement="div" id={id} error={error}>
      <SegmentedControl
        fullWidth
        aria-labelledby={`${id}-label`}
        data={EXPIRIES.map((value) => ({ value, label: said.expiries[value] }))}
        {...field}
      />
    </Input.Wrapper>
  )
}
