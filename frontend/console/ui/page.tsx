import { Group, Stack, Title } from '@mantine/core'
import { type ReactNode, useEffect } from 'react'

import { value } from '../store/value'
import { Behind, type BehindProps } from './behind'

/** What the tab is called, but for what the shell puts in front of it. */
export const pageTitle = value('')

interface PageProps {
  title: string
  /** Beside the title, in small: a state, a count. */
  beside?: ReactNode
  actions?: ReactNode
  behind?: BehindProps
  children: ReactNode
}

/** A screen: one heading, what can be done, and what is behind it. */
export function Page({ title, beside, actions, behind, children }: PageProps) {
  useEffect(() => pageTitle.set(title), [title])
  return (
    <Stack gap="md">
      <Group justify="space-between" gap="sm" wrap="wrap">
        <Group gap="sm" wrap="wrap">
          <Title order={1} size="h3">
            {title}
          </Title>
          {beside}
        </Group>
        <Group gap="xs" wrap="wrap">
          {actions}
          {behind && <Behind {...behind} />}
        </Group>
      </Group>
      {children}
    </Stack>
  )
}
