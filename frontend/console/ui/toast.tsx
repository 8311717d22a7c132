/** Words at the edge of the page: what was done and how to take it back, or why it was not. */
import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'

import type { Refusal } from '../graphql/command'
import type { Fault } from '../graphql/fault'
import { saying } from './states'
import { words } from './words'

/** As long as something can be taken back. */
const UNDO_MS = 8_000

/** Its button has a name for those who hear the page. */
const look = () => ({ withBorder: true, closeButtonProps: { 'aria-label': words.now().close } })

export function say(message: string): void {
  notifications.show({ message, ...look() })
}

export function sayUndo(message: string, undo: () => void): void {
  const { undo: label } = words.now()
  const id = notifications.show({
    autoClose: UNDO_MS,
    ...look(),
    message: (
      <Group justify="space-between">
        <Text size="sm">{message}</Text>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            notifications.hide(id)
            undo()
          }}
        >
          {label}
        </Button>
      </Group>
    ),
  })
}

export function sayFault(fault: Fault): void {
  const { failed } = words.now()
  notifications.show({
    color: 'red',
    ...look(),
    title: fault.message || failed,
    message: [fault.hint, fault.traceId].filter(Boolean).join(' '),
    autoClose: 12_000,
  })
}

export function sayRefused(refusals: Refusal[]): void {
  const { refused } = words.now()
  notifications.show({
    color: 'red',
    ...look(),
    title: refused,
    message: refusals.map(saying).join('\n'),
    autoClose: 12_000,
  })
}
