/** How a form ends: what went wrong that no field shows, the button that does it, and the one that leaves it. */
import { Button, Group } from '@mantine/core'

import type { Command } from '../graphql/command'
import { Failed, Refused } from './states'
import { words } from './words'

interface FormEndProps {
  command: Pick<Command<unknown, unknown>, 'busy' | 'refusals' | 'fault'>
  /** The button that does it. */
  does: string
  /** Fields that show their own refusals. */
  known?: string[]
  /** Absent where there is nothing to leave. */
  close?: () => void
  /** Above the page the buttons are at the right, and what does it is the last. */
  place?: 'page' | 'dialog'
  /** Nothing takes it back. */
  grave?: boolean
  disabled?: boolean
}

export function FormEnd({ command, known = [], place = 'page', ...buttons }: FormEndProps) {
  const { busy, refusals, fault } = command
  const { cancel } = words.use()
  const { does, close, grave, disabled = false } = buttons
  const doing = (
    <Button key="do" type="submit" loading={busy} disabled={disabled} {...(grave && { color: 'red' })}>
      {does}
    </Button>
  )
  const leaving = close && (
    <Button key="leave" variant="default" onClick={close}>
      {cancel}
    </Button>
  )
  return (
    <>
      <Refused refusals={refusals} known={known} />
      {fault && <Failed fault={fault} />}
      {place === 'page' ? (
        <Group gap="sm">{[doing, leaving]}</Group>
      ) : (
        <Group gap="sm" justify="flex-end">
          {[leaving, doing]}
        </Group>
      )}
    </>
  )
}
