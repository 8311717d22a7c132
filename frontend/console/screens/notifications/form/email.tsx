import { Group, NumberInput, Select, TagsInput, TextInput } from '@mantine/core'

import { refusedWithin, useChannelForm, useField } from './context'
import { Spare } from './secret-field'
import { words } from './words'

export function Email() {
  const said = words.use()
  const { kept, refusals } = useChannelForm()
  const { field } = useField()
  return (
    <>
      <Server />
      <TextInput
        label={said.username}
        description={said.usernameHint}
        autoComplete="off"
        {...field('email.username')}
      />
      <Spare
        path="email.password"
        without="email.withoutPassword"
        label={said.password}
        hint={said.optional}
        kept={kept?.__typename === 'EmailConfig' && kept.hasPassword}
      />
      <TextInput label={said.from} required placeholder="berth@example.com" {...field('email.from')} />
      <TagsInput
        label={said.to}
        description={said.toHint}
        required
        splitChars={[',', ';', ' ', '，', '；']}
        {...field('email.to')}
        error={refusedWithin(refusals, 'config.email.to')}
      />
    </>
  )
}

function Server() {
  const said = words.use()
  const { field } = useField()
  const { TLS, STARTTLS, NONE } = said.securities
  return (
    <Group gap="sm" align="flex-start">
      <TextInput
        label={said.host}
        required
        flex="1 1 12rem"
        placeholder="smtp.example.com"
        {...field('email.host')}
      />
      <NumberInput label={said.port} required w="6rem" hideControls {...field('email.port')} />
      <Select
        label={said.security}
        w="9rem"
        allowDeselect={false}
        data={[
          { value: 'TLS', label: TLS },
          { value: 'STARTTLS', label: STARTTLS },
          { value: 'NONE', label: NONE },
        ]}
        {...field('email.security')}
      />
    </Group>
  )
}
