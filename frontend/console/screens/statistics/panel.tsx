import { Table, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

import classes from './statistics.module.css'
import { words } from './words'

/** One thing that is shown, wide or in half the width. */
export function Panel({
  title,
  note,
  wide,
  children,
}: {
  title: string
  note?: string
  wide?: boolean
  children: ReactNode
}) {
  return (
    <section className="card" data-wide={wide || undefined}>
      <Title order={2} size="h5" mb={note ? 0 : 'xs'}>
        {title}
      </Title>
      {note && (
        <Text size="sm" c="dimmed" mb="xs">
          {note}
        </Text>
      )}
      {children}
    </section>
  )
}

interface Rows {
  heads: string[]
  /** The first of each names the row. */
  rows: { key: string; cells: ReactNode[] }[]
  /** How many columns are names, and not numbers. */
  names?: number
}

export function Numbers({ label, heads, rows, names = 1 }: Rows & { label: string }) {
  return (
    <section className={classes.scroll} aria-label={label} tabIndex={0}>
      <Table className="figures" verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            {heads.map((head, index) => (
              <Table.Th key={head} scope="col" ta={index < names ? undefined : 'right'}>
                {head}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ key, cells: [name, ...cells] }) => (
            <Table.Tr key={key}>
              <Table.Th scope="row" fw={400}>
                {name}
              </Table.Th>
              {cells.map((cell, index) => (
                <Table.Td key={heads[index + 1]} ta={index + 1 < names ? undefined : 'right'}>
                  {cell}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  )
}

/** The same as a chart, for those who do not see it, and for copying. */
export function AsTable(props: Rows & { label: string }) {
  const said = words.use()
  return (
    <details className={classes.fold}>
      <summary>{said.asTable}</summary>
      <Numbers {...props} />
    </details>
  )
}
