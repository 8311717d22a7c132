import { Anchor, Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'

import { useFormat } from '../../i18n/format'
import { Copyable, CopyButton, shortened } from '../../ui/copy'
import { Fact, Facts } from '../../ui/facts'
import type { Line } from './lines'
import classes from './logs.module.css'
import { words } from './words'

/** All that is known of a line, and where to go from it. */
export function Details({ line }: { line: Line }) {
  const said = words.use()
  const values = flattened(line.fields)
  return (
    <div className={classes.details}>
      <FactsOf line={line} />
      <Group gap="xs" mt="xs" mb={4}>
        <Text size="sm" fw={600}>
          {said.fields}
        </Text>
        <CopyButton text={JSON.stringify(withoutId(line), null, 2)} what={said.copyJson} />
      </Group>
      {values.length === 0 && (
        <Text size="sm" c="dimmed">
          {said.noFields}
        </Text>
      )}
      <Facts names="14rem">
        {values.map(([name, value]) => (
          <Fact key={name} name={<span className="mono">{name}</span>}>
            <Copyable text={value} />
          </Fact>
        ))}
      </Facts>
    </div>
  )
}

function FactsOf({ line }: { line: Line }) {
  const said = words.use()
  const format = useFormat()
  const { task, tenant, position } = line
  return (
    <Facts names="14rem">
      <Fact name={said.exact}>{format.exact(line.time)}</Fact>
      {line.repeatCount > 1 && <Fact name={said.first}>{format.exact(line.firstTime)}</Fact>}
      {line.repeatCount > 1 && <Fact name={said.times}>{format.count(line.repeatCount)}</Fact>}
      <Fact name={said.actor}>{line.actor}</Fact>
      {task && (
        <Fact name={said.task}>
          <Anchor component={Link} to={`/tasks/${task.id}` as never} size="sm">
            {task.name}
          </Anchor>{' '}
          <Copyable text={task.id}>{shortened(task.id)}</Copyable>
        </Fact>
      )}
      {tenant && (
        <Fact name={said.tenant}>
          <Anchor component={Link} to={`/tenants/${tenant.id}` as never} size="sm">
            {tenant.name}
          </Anchor>{' '}
          <Copyable text={tenant.id}>{shortened(tenant.id)}</Copyable>
        </Fact>
      )}
      <Fact name={said.event}>
        <Anchor component={Link} {...({ to: '/events', search: { position } } as object)} size="sm">
          {said.position(position)}
        </Anchor>
      </Fact>
      <Fact name={said.name}>
        <Copyable text={line.key} />
      </Fact>
    </Facts>
  )
}

/** `providerError.status 500`: values within values by their path. */
function flattened(fields: unknown, path = ''): [string, string][] {
  if (typeof fields !== 'object' || fields === null) {
    return path ? [[path, typeof fields === 'string' ? fields : JSON.stringify(fields)]] : []
  }
  return Object.entries(fields).flatMap(([name, value]) => flattened(value, path ? `${path}.${name}` : name))
}

function withoutId({ id: _, ...entry }: Line) {
  return entry
}
