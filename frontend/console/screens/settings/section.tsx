import { Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

import classes from './settings.module.css'

/** A card that the contents at the side lead to. */
export function Section({
  id,
  title,
  note,
  children,
}: {
  id: string
  title: string
  note?: string
  children: ReactNode
}) {
  return (
    <section id={id} className={`card ${classes.section}`} aria-labelledby={`${id}-title`}>
      <Stack gap="md">
        <div>
          <Title order={2} size="h4" id={`${id}-title`}>
            {title}
          </Title>
          {note && (
            <Text size="sm" c="dimmed">
              {note}
            </Text>
          )}
        </div>
        {children}
      </Stack>
    </section>
  )
}

/** A matter within a section, and what can be done about it. */
export function Part({
  title,
  note,
  action,
  children,
}: {
  title: string
  note?: ReactNode
  action?: ReactNode
  children?: ReactNode
}) {
  return (
    <div className={classes.part}>
      <div className={classes.head}>
        <div>
          <Title order={3} size="h6">
            {title}
          </Title>
          {note && (
            <Text size="sm" c="dimmed" component="div">
              {note}
            </Text>
          )}
        </div>
        {action}
      </div>
      {children}
    </div>
  )
}
