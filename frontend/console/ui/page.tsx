import { Group, Stack, Title } from '@mantine/core'
import { type ReactNode, useEffect } from 'react'

import { Behind, type BehindProps } from './behind'

export interface PageProps {
  title: string
  /** Beside the title, in small: a state, a count. */
  beside?: ReactNode
  actions?: ReactNode
  behind?: BehindProps
  children: ReactNode
}

/** A screen: one heading, what can be done, and what is behind it. */
export function Page({ title, beside, actions, behind, children }: PageProps) {
  useEffect(() => nameTab(title), [title])
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

function nameTab(title: string): void {
  document.title = `${title} · Berth`
}
