/** What somebody does who is new here. */
import { Button, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'

import type { ResultOf } from '../../graphql/graphql'
import { useValue } from '../../store/value'
import { viewer } from '../../store/viewer'
import { Copyable } from '../../ui/copy'
import { Mark } from '../../ui/mark'
import type { Begun } from './documents'
import classes from './steps.module.css'
import { words } from './words'

const TARGETS = [
  { to: '/tenants', search: { import: true }, scope: 'ADMINISTER' },
  { to: '/tasks', search: { new: true }, scope: 'OPERATE' },
  { to: '/notifications', search: {}, scope: 'ADMINISTER' },
] as const

export function Steps({ begun }: { begun: ResultOf<typeof Begun> }) {
  const said = words.use()
  const scopes = useValue(viewer)?.scopes ?? []
  const done = [
    begun.tenants.totalCount > 0,
    begun.grabTasks.totalCount > 0,
    begun.notificationChannels.length > 0,
  ]
  const next = done.indexOf(false)
  return (
    <section className={`card ${classes.steps}`}>
      <h2>{said.welcome}</h2>
      <Text c="dimmed">{said.welcomeText}</Text>
      <ol>
        {said.steps.map(([title, text], index) => (
          <li key={title} data-done={done[index] || undefined}>
            <span className={classes.number} aria-hidden>
              {done[index] ? '✓' : index + 1}
            </span>
            <div>
              <strong>{title}</strong>
              <Text size="sm" c="dimmed">
                {text}
              </Text>
            </div>
            {done[index] ? (
              <Mark tone="got">{said.done}</Mark>
            ) : scopes.includes(TARGETS[index]?.scope ?? 'ADMINISTER') ? (
              <Button
                variant={index === next ? 'filled' : 'default'}
                renderRoot={(props) => (
                  <Link to={TARGETS[index]?.to} search={TARGETS[index]?.search as never} {...props} />
                )}
              >
                {title}
              </Button>
            ) : null}
          </li>
        ))}
      </ol>
      <Stack gap={4} align="start">
        <Text size="sm" c="dimmed">
          {said.demo}
        </Text>
        <Copyable text="berth demo" />
      </Stack>
    </section>
  )
}
