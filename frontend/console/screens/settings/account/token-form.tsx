import { Button, Checkbox, Group, Input, PasswordInput, SegmentedControl, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useId } from 'react'

import { serverNow } from '../../../graphql/clock'
import { useCommand } from '../../../graphql/command'
import type { Scope } from '../../../graphql/enums'
import { enums } from '../../../i18n/enums'
import { Failed, Refused, refusalAt } from '../../../ui/states'
import { words as common } from '../../../ui/words'
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
  const { cancel } = common.use()
  const { scope } = enums.use()
  const { run, busy, refusals, fault } = useCommand(TokenCreate)
  const form = useForm({
    initialValues: { name: '', scopes: ['READ'] as Scope[], expiry: '90' as Expiry, password: '' },
  })
  const lapses = useId()
  const submit = form.onSubmit(async ({ name, scopes, expiry, password }) => {
    const told = await run({ input: { name, scopes, password, expiresAt: expiresAt(expiry, serverNow()) } })
    const secret = told?.apiTokenCreate.token
    if (secret) made(secret)
  })
  return (
    <form onSubmit={submit} className={classes.form}>
      <TextInput
        label={said.tokenName}
        description={said.tokenNameHint}
        required
        {...form.getInputProps('name')}
        error={refusalAt(refusals, 'name')}
      />
      <Checkbox.Group
        label={said.tokenScopes}
        {...form.getInputProps('scopes')}
        error={refusalAt(refusals, 'scopes')}
      >
        <Group gap="md" mt={6}>
          {scopes.map((each) => (
            <Checkbox key={each} value={each} label={scope[each]} />
          ))}
        </Group>
      </Checkbox.Group>
      <Input.Wrapper
        label={said.tokenExpiry}
        labelElement="div"
        id={lapses}
        error={refusalAt(refusals, 'expiresAt')}
      >
        <SegmentedControl
          fullWidth
          aria-labelledby={`${lapses}-label`}
          data={EXPIRIES.map((value) => ({ value, label: said.expiries[value] }))}
          {...form.getInputProps('expiry')}
        />
      </Input.Wrapper>
      <PasswordInput
        label={said.yourPassword}
        required
        autoComplete="current-password"
        {...form.getInputProps('password')}
        error={refusalAt(refusals, 'password')}
      />
      <Refused refusals={refusals} known={FIELDS} />
      {fault && <Failed fault={fault} />}
      <Group gap="sm">
        <Button type="submit" loading={busy}>
          {said.tokenMake}
        </Button>
        <Button variant="default" onClick={close}>
          {cancel}
        </Button>
      </Group>
    </form>
  )
}
