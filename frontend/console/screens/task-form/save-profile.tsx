import { Button, Group, TextInput } from '@mantine/core'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'

import type { Command } from '../../graphql/command'
import type { ResultOf, VariablesOf } from '../../graphql/graphql'
import { Failed, refusalAt } from '../../ui/states'
import { say } from '../../ui/toast'
import { words as common } from '../../ui/words'
import { useTaskForm } from './context'
import type { LaunchProfileCreate } from './documents'
import { profileInput } from './to-input'
import { words } from './words'

export type SavingProfile = Command<
  ResultOf<typeof LaunchProfileCreate>,
  VariablesOf<typeof LaunchProfileCreate>
>

/** Keeps the wish under a name. What is refused of the wish stands beneath its fields, as with a task. */
export function SaveProfile({
  saving,
  onSaved,
  onClose,
}: {
  saving: SavingProfile
  onSaved(): void
  onClose(): void
}) {
  const { draft, secrets } = useTaskForm()
  const said = words.use()
  const { save, cancel } = common.use()
  const [name, setName] = useState('')
  const field = useRef<HTMLInputElement>(null)
  // What was pressed is gone: whoever types on types the name.
  useEffect(() => field.current?.focus(), [])
  const send = async () => {
    const told = await saving.run({ input: profileInput(name, draft, secrets) })
    const profile = told?.launchProfileCreate.launchProfile
    if (!profile) return
    say(said.profileSaved(profile.name))
    onSaved()
    onClose()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return
    // Here it is the profile that is saved, and no task that is made.
    event.preventDefault()
    event.stopPropagation()
    void send()
  }
  const elsewhere = saving.refusals.some(({ field }) => field?.at(-1) !== 'name')
  return (
    <>
      {saving.fault && <Failed fault={saving.fault} />}
      <Group gap="xs" align="end" wrap="nowrap">
        <TextInput
          style={{ flex: 1 }}
          label={said.profileName}
          ref={field}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          onKeyDown={onKeyDown}
          error={refusalAt(saving.refusals, 'name') ?? (elsewhere && said.profileFields)}
        />
        <Button loading={saving.busy} onClick={send}>
          {save}
        </Button>
        <Button variant="default" onClick={onClose}>
          {cancel}
        </Button>
      </Group>
    </>
  )
}
