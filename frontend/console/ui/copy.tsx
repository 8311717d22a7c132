import { ActionIcon, Tooltip, UnstyledButton } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'

import { copy } from './clipboard'
import { words } from './words'

function useCopied(text: string): [boolean, () => void] {
  const [copied, setCopied] = useState(false)
  return [
    copied,
    async () => {
      setCopied(await copy(text))
      setTimeout(() => setCopied(false), 1_500)
    },
  ]
}

/** The sign to press. `what` names the thing, for those who hear the page. */
export function CopyButton({ text, what }: { text: string; what?: string }) {
  const [copied, run] = useCopied(text)
  const { copy: label, copied: done } = words.use()
  return (
    <Tooltip label={copied ? done : label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="sm"
        aria-label={copied ? done : what ? `${label}: ${what}` : label}
        onClick={(event) => {
          event.preventDefault()
          event.stopPropagation()
          run()
        }}
      >
        {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
      </ActionIcon>
    </Tooltip>
  )
}

/** An id, an address, a command: pressed, it is copied. `children` is what is shown of it. */
export function Copyable({
  text,
  children,
  mono = true,
}: {
  text: string
  children?: ReactNode
  mono?: boolean
}) {
  const [copied, run] = useCopied(text)
  const { copy: label, copied: done } = words.use()
  return (
    <Tooltip label={copied ? done : `${label}: ${text.length > 80 ? `${text.slice(0, 80)}…` : text}`}>
      <UnstyledButton
        className={mono ? 'mono' : undefined}
        style={{ wordBreak: 'break-all', minHeight: 0 }}
        onClick={(event) => {
          event.preventDefault()
          event.stopPropagation()
          run()
        }}
      >
        {children ?? text}
        {copied ? (
          <IconCheck size={12} aria-label={done} style={{ marginInlineStart: 4 }} />
        ) : (
          <IconCopy size={12} aria-hidden style={{ marginInlineStart: 4, opacity: 0.6 }} />
        )}
      </UnstyledButton>
    </Tooltip>
  )
}

/** `ocid1.instance…7xq`: enough to tell two apart. */
export function shortened(id: string, ends = 6): string {
  return id.length <= 24 ? id : `${id.slice(0, 12)}…${id.slice(-ends)}`
}
