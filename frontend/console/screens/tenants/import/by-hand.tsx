import { Button, FileButton, Group, PasswordInput, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'

import { type Refusal, useCommand } from '../../../graphql/command'
import { FormEnd } from '../../../ui/form-end'
import { refusalAt } from '../../../ui/states'
import type { Tests } from '../tests'
import { TenantCreate } from './documents'
import type { WayProps } from './from-file'
import { Lines } from './lines'
import { words } from './words'

const EMPTY = {
  name: '',
  region: '',
  tenancyOcid: '',
  userOcid: '',
  fingerprint: '',
  privateKey: '',
  passphrase: '',
  proxy: '',
}

type Field = keyof typeof EMPTY

/** One tenant, field by field: for those with a pass phrase or a proxy, and without a file. */
export function ByHand({ tests, onImported, onDone }: WayProps) {
  const said = words.use()
  const { run, ...command } = useCommand(TenantCreate)
  const [typed, setTyped] = useState(EMPTY)
  const [made, setMade] = useState<Made>()
  const create = async () => {
    const { passphrase, proxy, ...needed } = trimmed(typed)
    const data = await run({ input: { ...needed, passphrase: passphrase || null, proxy: proxy || null } })
    const tenant = data?.tenantCreate.tenant
    if (!tenant) return
    setTyped(EMPTY)
    setMade(tenant)
    onImported()
    await tests.one(tenant.id)
  }
  if (made) return <Added made={made} tests={tests} onAnother={() => setMade(undefined)} onDone={onDone} />
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        create()
      }}
    >
      <Stack gap="sm">
        <Fields
          typed={typed}
          refusals={command.refusals}
          onType={(field, value) => setTyped((typed) => ({ ...typed, [field]: value }))}
        />
        <FormEnd command={command} does={said.add} known={Object.keys(EMPTY)} place="dialog" />
      </Stack>
    </form>
  )
}

interface Made {
  id: string
  name: string
}

function Added({
  made,
  tests,
  onAnother,
  onDone,
}: {
  made: Made
  tests: Tests
  onAnother: () => void
  onDone: () => void
}) {
  const said = words.use()
  return (
    <Stack gap="md">
      <Lines lines={[{ profile: made.name, tenant: made, userErrors: [] }]} dry={false} tests={tests} />
      <Group grow>
        <Button variant="default" onClick={onAnother}>
          {said.another}
        </Button>
        <Button onClick={onDone}>{said.done}</Button>
      </Group>
    </Stack>
  )
}

interface FieldsProps {
  typed: typeof EMPTY
  refusals: Refusal[]
  onType: (field: Field, value: string) => void
}

function Fields({ typed, refusals, onType }: FieldsProps) {
  const said = words.use()
  const field = (name: Field) => ({
    value: typed[name],
    onChange: (event: { currentTarget: { value: string } }) => onType(name, event.currentTarget.value),
    error: refusalAt(refusals, name),
    autoComplete: 'off',
    spellCheck: false,
  })
  const optional = { description: said.passphraseHint, autoComplete: 'new-password' }
  const socks = 'socks5://127.0.0.1:1080'
  return (
    <>
      <TextInput label={said.name} required {...field('name')} data-autofocus />
      <TextInput label={said.region} required placeholder="ap-tokyo-1" {...field('region')} />
      <TextInput label={said.tenancy} required placeholder="ocid1.tenancy.oc1..…" {...field('tenancyOcid')} />
      <TextInput label={said.user} required placeholder="ocid1.user.oc1..…" {...field('userOcid')} />
      <TextInput label={said.fingerprint} required placeholder="12:34:…:ef" {...field('fingerprint')} />
      <Textarea
        label={said.privateKey}
        required
        placeholder="-----BEGIN PRIVATE KEY-----"
        autosize
        minRows={3}
        maxRows={8}
        classNames={{ input: 'mono' }}
        {...field('privateKey')}
      />
      <KeyFile onText={(text) => onType('privateKey', text)} />
      <PasswordInput label={said.passphrase} {...field('passphrase')} {...optional} />
      <TextInput label={said.proxy} description={said.proxyHint} placeholder={socks} {...field('proxy')} />
    </>
  )
}

function KeyFile({ onText }: { onText: (text: string) => void }) {
  const said = words.use()
  return (
    <Text component="div">
      <FileButton
        onChange={async (file) => file && onText(await file.text())}
        inputProps={{ 'aria-label': said.keyFile }}
      >
        {(props) => (
          <Button {...props} size="xs" variant="default">
            {said.keyFile}
          </Button>
        )}
      </FileButton>
    </Text>
  )
}

/** Blanks around what was pasted mean nothing, but in a pass phrase they may. */
function trimmed(typed: typeof EMPTY): typeof EMPTY {
  const entries = Object.entries(typed).map(([name, value]) => [
    name,
    name === 'passphrase' ? value : value.trim(),
  ])
  return { ...EMPTY, ...Object.fromEntries(entries) }
}
