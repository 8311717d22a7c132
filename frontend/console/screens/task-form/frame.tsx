import { Group, Stack } from '@mantine/core'
import type { KeyboardEvent, ReactNode } from 'react'

import { Behind, type BehindProps } from '../../ui/behind'
import { SideDrawer } from '../../ui/dialog'
import classes from './frame.module.css'
import { words } from './words'

interface DrawerProps {
  title: string
  onClose(): void
  children: ReactNode
}

export function FormDrawer({ title, onClose, children }: DrawerProps) {
  return (
    <SideDrawer
      onClose={onClose}
      size={720}
      title={title}
      classNames={{ title: classes.title ?? '', body: classes.body ?? '' }}
    >
      {children}
    </SideDrawer>
  )
}

interface FormProps {
  /** Above all fields. */
  top: ReactNode
  behind: BehindProps
  /** ⌘Enter, or Ctrl+Enter. */
  onSend: (() => void) | undefined
  footer: ReactNode
  children: ReactNode
}

/** The fields, and beneath them, always in sight, what they come to. Enter alone sends nothing: it ends a word of pinyin too often. */
export function FormFrame({ top, behind, onSend, footer, children }: FormProps) {
  const said = words.use()
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.metaKey || event.ctrlKey) || event.nativeEvent.isComposing) return
    event.preventDefault()
    onSend?.()
  }
  return (
    <form
      aria-label={said.form}
      noValidate
      onSubmit={(event) => event.preventDefault()}
      onKeyDown={onKeyDown}
    >
      <Group justify="space-between" wrap="nowrap" mb="sm">
        {top}
        <Behind {...behind} />
      </Group>
      <Stack gap="lg">{children}</Stack>
      <div className={classes.footer}>{footer}</div>
    </form>
  )
}
