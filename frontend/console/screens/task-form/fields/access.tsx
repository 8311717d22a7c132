import { Button, Checkbox, Group, PasswordInput, Stack, Text, Textarea } from '@mantine/core'
import { IconDice5 } from '@tabler/icons-react'
import { useState } from 'react'

import { Copyable } from '../../../ui/copy'
import { freshPassword } from '../../../ui/fresh-password'
import { useTaskForm } from '../context'
import { words } from '../words'
import { Part } from './part'

/** How one will sign in to it. */
export function Access() {
  const { draft, patch, error } = useTaskForm()
  const said = words.use()
  return (
    <Part title={said.access}>
      <Textarea
        label={said.sshKeys}
        description={said.sshKeysHint}
        autosize
        minRows={2}
        maxRows={6}
        spellCheck={false}
        placeholder="ssh-ed25519 AAAA…"
        classNames={{ input: 'mono' }}
        value={draft.sshKeys}
        onChange={({ currentTarget }) => patch({ sshKeys: currentTarget.value })}
        error={error('sshKeys')}
      />
      <RootPassword />
    </Part>
  )
}

function RootPassword() {
  const { secrets, patchSecrets, error, kept } = useTaskForm()
  const said = words.use()
  const placeholder = useKeptWord()
  const [generated, setGenerated] = useState('')
  const stands = kept?.hasRootPassword ?? false
  const generate = () => {
    const rootPassword = freshPassword()
    setGenerated(rootPassword)
    patchSecrets({ rootPassword, dropRootPassword: false })
  }
  return (
    <Stack gap={6}>
      <Group align="end" gap="xs" wrap="nowrap">
        <PasswordInput
          style={{ flex: 1 }}
          label={said.rootPassword}
          description={said.rootPasswordHint}
          autoComplete="new-password"
          placeholder={stands ? placeholder : ''}
          disabled={secrets.dropRootPassword}
          value={secrets.rootPassword}
          onChange={({ currentTarget }) => {
            setGenerated('')
            patchSecrets({ rootPassword: currentTarget.value })
          }}
          error={error('rootPassword')}
        />
        <Button variant="default" leftSection={<IconDice5 size={16} aria-hidden />} onClick={generate}>
          {said.generate}
        </Button>
      </Group>
      {generated && generated === secrets.rootPassword && (
        <Text size="sm" role="status">
          {said.generated} <Copyable text={generated} />
        </Text>
      )}
      {stands && (
        <TakeAway
          what={said.rootPassword}
          checked={secrets.dropRootPassword}
          onChange={(dropRootPassword) => patchSecrets({ dropRootPassword, rootPassword: '' })}
        />
      )}
    </Stack>
  )
}

/** A text for cloud-init, which may hold passwords, and is kept like one. */
export function UserData() {
  const { secrets, patchSecrets, error, kept } = useTaskForm()
  const said = words.use()
  const placeholder = useKeptWord()
  const stands = kept?.hasUserData ?? false
  return (
    <Stack gap={6}>
      <Textarea
        label={said.userData}
        description={said.userDataHint}
        autosize
        minRows={3}
        maxRows={10}
        spellCheck={false}
        classNames={{ input: 'mono' }}
        placeholder={stands ? placeholder : '#cloud-config'}
        disabled={secrets.dropUserData}
        value={secrets.userData}
        onChange={({ currentTarget }) => patchSecrets({ userData: currentTarget.value })}
        error={error('userData')}
      />
      {stands && (
        <TakeAway
          what={said.userData}
          checked={secrets.dropUserData}
          onChange={(dropUserData) => patchSecrets({ dropUserData, userData: '' })}
        />
      )}
    </Stack>
  )
}

interface TakeAwayProps {
  what: string
  checked: boolean
  onChange(checked: boolean): void
}

/** Of what is kept: an empty field leaves it as it is. */
function TakeAway({ what, checked, onChange }: TakeAwayProps) {
  const { takeAway } = words.use()
  return (
    <Checkbox
      label={`${takeAway}: ${what}`}
      checked={checked}
      onChange={({ currentTarget }) => onChange(currentTarget.checked)}
    />
  )
}

function useKeptWord(): string {
  const { mode } = useTaskForm()
  const { kept, keptOfProfile } = words.use()
  return mode === 'edit' ? kept : keptOfProfile
}
