/** What lies above the page: each can be closed by a button that says so. */
import { Drawer, type DrawerProps, Modal, type ModalProps, Text } from '@mantine/core'
import { modals } from '@mantine/modals'

import { words } from './words'

type DialogProps = Pick<ModalProps, 'title' | 'onClose' | 'size' | 'children'> & { opened?: boolean }

export function Dialog({ opened = true, ...props }: DialogProps) {
  const { close } = words.use()
  return <Modal opened={opened} closeButtonProps={{ 'aria-label': close }} {...props} />
}

type SideDrawerProps = DialogProps & Pick<DrawerProps, 'position' | 'closeOnClickOutside' | 'classNames'>

export function SideDrawer({ opened = true, ...props }: SideDrawerProps) {
  const { close } = words.use()
  return (
    <Drawer
      opened={opened}
      position="right"
      size="lg"
      closeButtonProps={{ 'aria-label': close }}
      {...props}
    />
  )
}

interface Question {
  title: string
  text: string
  /** The button that does it. */
  does: string
  run: () => void
}

/** Asks before what nothing takes back. */
export function confirm({ title, text, does, run }: Question): void {
  const { cancel, close } = words.now()
  modals.openConfirmModal({
    title,
    children: <Text size="sm">{text}</Text>,
    labels: { confirm: does, cancel },
    confirmProps: { color: 'red' },
    closeButtonProps: { 'aria-label': close },
    onConfirm: run,
  })
}
