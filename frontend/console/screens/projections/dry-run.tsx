/** What folding a read model anew would change. */
import { Button, Group, Stack, Table, Text } from '@mantine/core'

import { useFormat } from '../../i18n/format'
import { words as common } from '../../ui/words'
import type { Dry } from './documents'
import classes from './projections.module.css'
import { words } from './words'

export function DryRunResult({ found, close }: { found: Dry; close: () => void }) {
  const said = words.use()
  const { close: closeLabel } = common.use()
  const format = useFormat()
  const same = found.added + found.removed + found.changed === 0
  return (
    <div className={classes.dry} role="status">
      <Group justify="space-between" align="start" wrap="nowrap">
        {same ? (
          <Text size="sm">{said.same(found.eventsApplied)}</Text>
        ) : (
          <div className={`figures ${classes.figures}`}>
            <span>
              + {said.rows(found.added)} {said.added}
            </span>
            <span>
              − {said.rows(found.removed)} {said.removed}
            </span>
            <span>
              ± {said.rows(found.changed)} {said.changed}
            </span>
            <span>{said.applied(found.eventsApplied, format.count(Number(found.position)))}</span>
          </div>
        )}
        <Button size="compact-sm" variant="default" onClick={close} className={classes.close}>
          {closeLabel}
        </Button>
      </Group>
      {found.samples.length > 0 && (
        <details>
          <summary>{said.samples(found.samples.length)}</summary>
          <Stack gap="sm" mt="xs">
            {found.samples.map((sample) => (
              <Difference key={sample.row} {...sample} />
            ))}
          </Stack>
        </details>
      )}
    </div>
  )
}

/** A row, field by field: only those that differ. */
function Difference({ row, before, after }: Dry['samples'][number]) {
  const said = words.use()
  return (
    <section className={classes.scroll} tabIndex={0} aria-label={`${said.row} ${row}`}>
      <Table layout="fixed" withTableBorder className={classes.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>
              {said.row} {row}
            </Table.Th>
            <Table.Th>{said.before}</Table.Th>
            <Table.Th>{said.after}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {differing(before, after).map(([field, was, is]) => (
            <Table.Tr key={field}>
              <Table.Th scope="row">{field}</Table.Th>
              <Table.Td className="mono">{was}</Table.Td>
              <Table.Td className="mono">{is}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  )
}

function differing(before: unknown, after: unknown): [field: string, before: string, after: string][] {
  const [was, is] = [fieldsOf(before), fieldsOf(after)]
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])]
  return names
    .map((name): [string, string, string] => [name, written(was[name]), written(is[name])])
    .filter(([, was, is]) => was !== is)
}

const fieldsOf = (row: unknown): Record<string, unknown> =>
  typeof row === 'object' && row !== null ? (row as Record<string, unknown>) : {}

const written = (value: unknown): string =>
  value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value)
