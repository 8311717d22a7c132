/** Four charts over one time, with one cursor. */
import { SimpleGrid, Text } from '@mantine/core'
import { useMemo } from 'react'

import { type Formats, useFormat } from '../../i18n/format'
import { Chart, type Series } from '../../ui/chart'
import { type Columns, columnsOf, type Figure, type Point, type Range } from './samples'
import classes from './system.module.css'
import { words } from './words'

interface Drawn {
  title: string
  series: Series[]
  most?: number
  binary?: boolean
}

export function Charts({ points, range, memory }: { points: Point[]; range: Range; memory?: number }) {
  const said = words.use()
  const format = useFormat()
  const columns = useMemo(() => columnsOf(points, range), [points, range])
  const drawn = useMemo(() => drawings(columns, said, format, memory), [columns, said, format, memory])
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
      {drawn.map(({ title, series, ...axis }) => (
        <section key={title} className={`card ${classes.chart}`}>
          <Text component="h2" fw={600} size="sm">
            {title}
          </Text>
          <Chart label={title} times={columns.times} series={series} together="system" {...axis} />
        </section>
      ))}
    </SimpleGrid>
  )
}

/** Colours that are told apart in the light and in the dark, and by those who do not see red and green. */
const [FIRST, SECOND, THIRD, FOURTH] = ['#1098ad', '#e67700', '#9775fa', '#2b8a3e']

function drawings(
  { of }: Columns,
  said: ReturnType<typeof words.use>,
  format: Formats,
  memory: number | undefined,
): Drawn[] {
  const bytes = format.bytes
  const speed = (value: number) => said.perSecond(bytes(value))
  const line = (label: string, figure: Figure, color: string, write: Series['write']): Series => ({
    label,
    color,
    values: of[figure],
    ...(write && { write }),
  })
  return [
    {
      title: said.cpuChart,
      most: 100,
      series: [{ ...line(said.cpu, 'cpu', FIRST, (value) => format.percent(value / 100)), filled: true }],
    },
    {
      title: said.memory,
      binary: true,
      ...(memory && { most: memory }),
      series: [
        { ...line(said.memoryUsed, 'memory', FIRST, bytes), filled: true },
        line(said.resident, 'resident', SECOND, bytes),
      ],
    },
    {
      title: said.transfer,
      binary: true,
      most: 1_024,
      series: [
        line(said.received, 'received', FIRST, speed),
        line(said.sent, 'sent', SECOND, speed),
        line(said.diskRead, 'diskRead', THIRD, speed),
        line(said.diskWrite, 'diskWrite', FOURTH, speed),
      ],
    },
    {
      title: said.process,
      most: 1,
      series: [
        { ...line(said.events, 'events', FIRST, format.number), filled: true },
        line(said.lag, 'lag', SECOND, format.number),
      ],
    },
  ]
}
