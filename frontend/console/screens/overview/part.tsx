import { Anchor, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

import classes from './overview.module.css'

/** A part of the page, with a heading and where there is more of it. */
export function Part({
  title,
  more,
  children,
}: {
  title: string
  more?: { to: '/tasks' | '/logs' | '/system' | '/statistics'; label: string; search?: object }
  children: ReactNode
}) {
  return (
    <section className={`card ${classes.part}`}>
      <div className={classes.head}>
        <h2>{title}</h2>
        {more && (
          <Anchor component={Link} to={more.to} search={(more.search ?? {}) as never} size="sm">
            {more.label}
          </Anchor>
        )}
      </div>
      {children}
    </section>
  )
}

/** Something to look at, why, and what to do. */
export function Item({
  action,
  text,
  children,
}: {
  action: ReactNode
  text?: string | null
  children: ReactNode
}) {
  return (
    <div className={classes.item}>
      <div>
        <div>{children}</div>
        {text && (
          <Text size="sm" c="dimmed">
            {text}
          </Text>
        )}
      </div>
      {action}
    </div>
  )
}
