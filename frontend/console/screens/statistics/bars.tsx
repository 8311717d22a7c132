import { Table } from '@mantine/core'
import type { ReactNode } from 'react'

import { useFormat } from '../../i18n/format'
import classes from './statistics.module.css'

interface BarRow {
  key: string
  name: ReactNode
  count: number
  tone?: string
}

/** Counts as bars that lie, in a table: those who do not see the bars hear the numbers. */
export function Bars({
  label,
  heads: [name, count],
  rows,
}: {
  label: string
  heads: [string, string]
  rows: BarRow[]
}) {
  const format = useFormat()
  const most = Math.max(1, ...rows.map(({ count }) => count))
  return (
    <Table className="figures" verticalSpacing={3} aria-label={label} withRowBorders={false}>
      <Table.Thead className={classes.unseen}>
        <Table.Tr>
          <Table.Th scope="col">{name}</Table.Th>
          <Table.Th scope="col">{count}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map(({ key, name, count, tone }) => (
          <Table.Tr key={key}>
            <Table.Th scope="row" fw={400} className={classes.barName}>
              {name}
            </Table.Th>
            <Table.Td>
              <div className={classes.barCell}>
                <span
                  aria-hidden
                  className={classes.bar}
                  data-tone={tone}
                  data-some={count > 0 || undefined}
                  style={{ '--share': count / most } as never}
                />
                <span>{format.count(count)}</span>
              </div>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
