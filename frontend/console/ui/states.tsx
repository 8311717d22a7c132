/** What a screen shows when it has nothing to show: not yet, not at all, or not any more. */
import { Alert, Button, Code, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { type ReactNode, useEffect, useState } from 'react'

import type { Refusal } from '../graphql/command'
import type { Fault } from '../graphql/fault'
import { Copyable, CopyButton } from './copy'
import { words } from './words'

/** Rows to come, only once waiting is felt. Never shown over what is there. */
export function Waiting({ rows = 5, height = 44 }: { rows?: number; height?: number }) {
  const [felt, setFelt] = useState(false)
  const { loading } = words.use()
  useEffect(() => {
    const timer = setTimeout(() => setFelt(true), 150)
    return () => clearTimeout(timer)
  }, [])
  if (!felt) return null
  return (
    <Stack gap="xs" aria-busy role="status" aria-label={loading}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
        <Skeleton key={row} height={height} />
      ))}
    </Stack>
  )
}

/** What will be here, one thing to do about it, and the command that does it. */
export function Empty({
  title,
  children,
  action,
  cli,
}: {
  title: string
  children?: ReactNode
  action?: ReactNode
  cli?: string
}) {
  return (
    <Stack align="center" gap="sm" py="xl" px="md" ta="center">
      <Title order={2} size="h4">
        {title}
      </Title>
      {children && (
        <Text c="dimmed" maw={520} component="div">
          {children}
        </Text>
      )}
      {action}
      {cli && <Copyable text={cli} />}
    </Stack>
  )
}

/** There is something, and none of it is what the filter asks for. */
export function NoneFits({ title, children, clear }: { title: string; children?: ReactNode; clear(): void }) {
  const { clear: label } = words.use()
  const action = (
    <Button variant="default" onClick={clear}>
      {label}
    </Button>
  )
  return (
    <Empty title={title} action={action}>
      {children}
    </Empty>
  )
}

/** A sentence, what to do, and what to quote. */
export function Failed({ fault, again }: { fault: Fault; again?: () => void }) {
  const { again: label, traceId, copyAll } = words.use()
  const all = [fault.message, fault.hint, fault.code, fault.traceId].filter(Boolean).join('\n')
  return (
    <Alert color="red" variant="outline" icon={<IconAlertTriangle />} title={fault.message} role="alert">
      <Stack gap="xs">
        {fault.hint && <Text size="sm">{fault.hint}</Text>}
        {fault.traceId && (
          <Text size="sm">
            {traceId}: <Code>{fault.traceId}</Code>
          </Text>
        )}
        <Group gap="xs">
          {again && (
            <Button size="xs" variant="default" onClick={again}>
              {label}
            </Button>
          )}
          <CopyButton text={all} what={copyAll} />
        </Group>
      </Stack>
    </Alert>
  )
}

/** What the server refused and no field of the form can show. `known`: fields that show their own. */
export function Refused({ refusals, known = [] }: { refusals: Refusal[]; known?: string[] }) {
  const { refused } = words.use()
  const rest = refusals.filter(({ field }) => !known.includes(pathOf(field)))
  if (rest.length === 0) return null
  return (
    <Alert color="red" variant="outline" icon={<IconAlertTriangle />} title={refused} role="alert">
      <Stack gap={4}>
        {rest.map(({ message, hint, field }) => (
          <Text size="sm" key={`${pathOf(field)} ${message}`}>
            {saying({ message, hint })}
          </Text>
        ))}
      </Stack>
    </Alert>
  )
}

/** What the server says of one field: its message and hint. `path` is as in `UserError.field`, joined by dots, without `input`. */
export function refusalAt(refusals: Refusal[], path: string): string | undefined {
  const said = refusals.filter(({ field }) => pathOf(field) === path)
  return said.length === 0 ? undefined : said.map(saying).join(' ')
}

/** The message and what to do about it, as one would say both. */
export function saying({ message, hint }: Pick<Refusal, 'message' | 'hint'>): string {
  return hint ? words.now().sentences(message, hint) : message
}

export function pathOf(field: string[] | null | undefined): string {
  const path = field ?? []
  return (path[0] === 'input' ? path.slice(1) : path).join('.')
}
